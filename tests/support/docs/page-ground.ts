import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { program, surroundings } from '../command.js';
import { scenarioSql } from '../fixtures.js';
import { runProgram, type ProgramResult } from '../run-program.js';
import { createDatabase, type TestDatabase } from '../server.js';

/** A user's machine for the commands of the pages: a home, YokeFlow's folder, the command on the PATH, and DATABASE_URL. */
export interface PageGround {
  readonly folder: string;
  readonly database: TestDatabase;
  /** Makes the database that DATABASE_URL names from now on, and an empty folder to work in. */
  use(scenario: string): Promise<void>;
  /** Runs one line in YokeFlow's folder as bash does, without a terminal. */
  run(line: string): Promise<ProgramResult>;
}

/** Its database is one of the run's PostgreSQL. It goes with the test. */
export function pageGround(): PageGround {
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-page-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [bin, folder] = [join(home, 'bin'), join(home, 'yokeflow')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'yokeflow-upgrade'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
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
      made = await createDatabase({ sql: scenarioSql(scenario) });
      onTestFinished(made.drop);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    },
    run: (line) => {
      const { host, port, user, name, password } = database();
      const env = {
        ...surroundings(home, false),
        DATABASE_URL: `postgresql://${user}@${host}:${port}/${name}`,
        PGPASSWORD: password,
      };
      const PATH = [bin, dirname(process.execPath), env.PATH].join(delimiter);
      return runProgram('bash', ['-c', line], { env: { ...env, PATH }, cwd: folder });
    },
  };
}
