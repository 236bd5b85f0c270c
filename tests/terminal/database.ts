import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { runCommand } from '../support/command.js';
import { catalogLines, tableContents, withoutNewLabels } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { expectRowsKept } from '../support/kept-rows.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { slowStep } from '../support/slow-step.js';

/** A database that remembers how it was when it was loaded. */
export interface Loaded extends TestDatabase {
  /** Catalog and rows are as they were, but for labels that cannot be dropped again; and nobody is connected any more. */
  expectUnchanged(): Promise<void>;
  /** It is at 1.4.0, everything of that works, and no row is lost. */
  expectCurrent(): Promise<void>;
  /** Waits until the run is at something, as the server's statistics show it. */
  until(condition: string): Promise<void>;
}

/** @param more SQL after the scenario's */
export async function load(scenario: Scenario, more = ''): Promise<Loaded> {
  return remember(await createDatabase({ sql: scenarioSql(scenario) + more }));
}

export async function remember(database: TestDatabase): Promise<Loaded> {
  const contents = async () => ({
    catalog: withoutNewLabels(await catalogLines(database)),
    rows: await tableContents(database),
  });
  const runs = (condition = 'true') =>
    database.query(
      `SELECT application_name, state, query FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'yokeflow-upgrade%' AND ${condition}`,
    );
  const before = await contents();
  return {
    ...database,
    expectUnchanged: async () => {
      for (const deadline = Date.now() + 5000; Date.now() < deadline && (await runs()).length > 0; ) await sleep(50);
      expect(await runs()).toEqual([]);
      expect(await contents()).toEqual(before);
    },
    expectCurrent: async () => {
      const { exitCode, stdout } = await runCommand(['verify', '--database-url', database.url]);
      expect({ exitCode, stdout }).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Everything of 1.4.0 is there and works.') as string,
      });
      expectRowsKept(before.rows, await tableContents(database));
    },
    until: async (condition) => {
      for (const deadline = Date.now() + 20_000; (await runs(condition)).length === 0; await sleep(30)) {
        if (Date.now() > deadline) throw new Error(`the run never came to: ${condition}`);
      }
    },
  };
}

/** Lets the making of a certain view take as long as this, in s; or else each DDL statement. */
export const slow = (seconds: number, view = '') => slowStep(seconds, view);
