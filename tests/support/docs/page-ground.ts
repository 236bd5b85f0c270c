import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { surroundings } from '../command.js';
import { scenarioSql } from '../fixtures.js';
import { runProgram, type ProgramResult } from '../run-program.js';
import { createDatabase, type TestDatabase } from '../server.js';
import { pageHome } from './home.js';

/** A user's machine for the commands of the pages: a home, YokeFlow's folder, the command on the PATH, and DATABASE_URL. */
export interface PageGround {
  readonly folder: string;
  readonly database: TestDatabase;
  /** Makes the database that DATABASE_URL names from now on, and an empty folder to work in. */
  use(scenario: string): Promise<void>;
  /** Runs one line in YokeFlow's folder as bash does, without a terminal. */
  run(line: string): Promise<ProgramResult>;
}

/**
 * Its databases are on the run's PostgreSQL, and go with the test.
 * @param onTestFinished of the test: several run at once
 * @param client the version of PostgreSQL's client programs that the machine seems to have; default: those that it has
 */
export function pageGround({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, client?: string): PageGround {
  const { home, bin, folder } = pageHome({ onTestFinished });
  // Stand-ins, which say their version and do nothing: what a page shows must not depend on what this machine has.
  if (client !== undefined)
    for (const name of ['pg_dump', 'pg_restore'])
      writeFileSync(join(bin, name), `#!/bin/sh\necho '${name} (PostgreSQL) ${client}'\n`, { mode: 0o755 });
  let made: TestDatabase | undefined;
  const database = () => {
    if (made === undefined) throw new Error('no fixture has made a database');
    return made;
  };
  return {
    folder,
    get database() {
      return database();
    },
    use: async (scenario) => {
      const fresh = (made = await createDatabase({ sql: scenarioSql(scenario) }));
      onTestFinished(() => fresh.drop());
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    },
    run: (line) => {
      const { host, port, user, name, password } = database();
      const own = surroundings(home, false);
      const env = {
        ...own,
        DATABASE_URL: `postgresql://${user}@${host}:${port}/${name}`,
        PGPASSWORD: password,
      };
      const PATH = [bin, dirname(process.execPath), own['PATH']].join(delimiter);
      return runProgram('bash', ['-c', line], { env: { ...env, PATH }, cwd: folder });
    },
  };
}
