import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandOptions } from './command.js';
import { catalogLines, tableContents } from './contents.js';
import { newestRelease } from '../../src/releases/registry.js';
import { wholeProgram } from './engine-program.js';
import { caseOf, isOfLaterLine, isRepaired, scenarioNames, scenarioSql } from './fixtures.js';
import { expectRowsKept } from './kept-rows.js';
import { representatives } from './representatives.js';
import type { TestDatabase } from './server.js';

/** Lines of the catalog about what the forks added. A view on action_status follows its change from varchar(20) to text. */
const ofTheFork = (lines: readonly string[]) =>
  lines
    .filter((line) => /fork_|team_members|depends_on|tenant/.test(line))
    .map((line) =>
      line.includes('fork_failed_actions')
        ? line.replace('character varying(20)', 'text').replace(/\(((?:\w+\.)?action_status)\)::text/, '$1')
        : line,
    );

/** From here on every DDL statement is an error, so that a run which ends well has sent none. */
const forbidDdl = `
  CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'DDL: %', tg_tag; END $$;
  CREATE EVENT TRIGGER no_ddl ON ddl_command_start EXECUTE FUNCTION no_ddl();`;

/** One way for the command to get at a test's database. */
export interface Way {
  readonly create: (sql: string) => Promise<TestDatabase>;
  /** Some of the scenarios. Default: all of 1.x. */
  readonly scenarios?: readonly string[];
  /** The options that name the database. */
  readonly options: (database: TestDatabase) => string[];
  /** Further options of `upgrade`: over a URL, a machine without a fitting pg_dump can make no backup. */
  readonly upgradeOptions?: readonly string[];
  readonly surroundings?: CommandOptions;
  /** Compares the upgraded database with an equal one that was upgraded otherwise; for one of each kind. */
  readonly compare?: ((sql: string, upgraded: TestDatabase) => Promise<void>) | undefined;
}

/** The built command over scenarios: start state, `upgrade`, end state. */
export function describeUpgrades({
  create,
  scenarios = scenarioNames.filter((name) => !isOfLaterLine(name)),
  options,
  upgradeOptions = [],
  surroundings = {},
  compare,
}: Way): void {
  describe.each(scenarios)('%s', (scenario) => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await create(scenarioSql(scenario));
    });
    afterAll(() => database?.drop());
    const run = async (command: string, ...more: string[]) => {
      const { exitCode, json } = await runCommand([command, ...options(database), '--json', ...more], {
        program: wholeProgram,
        ...surroundings,
      });
      return { status: exitCode, ...json() };
    };

    const code = caseOf(scenario).refused;
    if (code !== undefined) {
      it(`is refused with ${code}, and not one thing changes`, async () => {
        const before = [await catalogLines(database), await tableContents(database)];
        const refused = await run('upgrade', '--yes', ...upgradeOptions);
        expect(refused, JSON.stringify(refused.error)).toMatchObject({
          status: 3,
          exitCode: 3,
          ok: false,
          result: 'refused',
          error: { code, changed: false, leftBehind: [] },
        });
        expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
      });
      return;
    }

    it('is upgraded, and then is current and left alone', async () => {
      const [catalogBefore, rowsBefore] = [await catalogLines(database), await tableContents(database)];

      const upgrade = await run('upgrade', '--yes', ...upgradeOptions);
      const result = isRepaired(scenario, newestRelease) ? 'repaired' : 'upgraded';
      const version = { state: 'current', release: newestRelease.version };
      expect(upgrade).toMatchObject({ status: 0, exitCode: 0, ok: true, result, error: null, version });
      expect(upgrade.checks.filter(({ ok }) => !ok)).toEqual([]);
      expectRowsKept(rowsBefore, await tableContents(database));
      expect(ofTheFork(await catalogLines(database))).toEqual(ofTheFork(catalogBefore));
      if (representatives.includes(scenario)) {
        await compare?.(scenarioSql(scenario), database);
        // `upgrade` below says the same of each of them, by the same look.
        expect(await run('status')).toMatchObject({ status: 0, exitCode: 0, result: 'already-current', version });
      }

      await database.query(forbidDdl);
      const [catalog, rows] = [await catalogLines(database), await tableContents(database)];
      expect(await run('upgrade', '--yes', ...upgradeOptions)).toMatchObject({
        status: 0,
        exitCode: 0,
        result: 'already-current',
        error: null,
        version,
      });
      expect([await catalogLines(database), await tableContents(database)]).toEqual([catalog, rows]);
    });
  });
}
