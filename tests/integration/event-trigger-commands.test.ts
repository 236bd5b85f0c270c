import { afterEach, describe, expect, it } from 'vitest';
import { commandsOfRollback, commandsOfUpgrade, tagsOf } from '../../src/inspection/schema-commands.js';
import { adapters } from '../support/adapters.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { lookBack, rollBack } from '../support/run-rollback.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** Event triggers that write down what was done and committed. */
const audit = `
  CREATE TABLE public.done (event text, tag text);
  CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO public.done VALUES (tg_event, tg_tag); END $f$;
  CREATE EVENT TRIGGER note_start ON ddl_command_start EXECUTE FUNCTION public.note();
  CREATE EVENT TRIGGER note_drop ON sql_drop EXECUTE FUNCTION public.note();
  CREATE EVENT TRIGGER note_rewrite ON table_rewrite EXECUTE FUNCTION public.note();
  TRUNCATE public.done`;

const connect = (database: TestDatabase) =>
  adapters[0]?.connect(database) ?? (() => Promise.reject(new Error('no adapter')));

describe('the commands that are tried before a question', () => {
  let database: TestDatabase;
  afterEach(() => database.drop());
  const done = async (event: string) =>
    new Set(
      (await database.query<{ tag: string }>('SELECT tag FROM public.done WHERE event = $1', [event])).map(
        ({ tag }) => tag,
      ),
    );

  it.each<Scenario>(['1.0.0', '1.1.0-metadata-only', '1.3.0', '011-half', '1.4.0-as-documented', 'fork-1.1.0'])(
    'are all of them run by the upgrade of %s, and it runs no others than are named',
    async (scenario) => {
      database = await createDatabase({ sql: scenarioSql(scenario) });
      await database.query(audit);
      const commands = commandsOfUpgrade(await look(connect(database)));
      await upgrade(connect(database));
      const started = await done('ddl_command_start');
      const tags = commands.sure.map((tag) => tag.replace(' pg_temp', ''));
      expect([...started]).toEqual(expect.arrayContaining(tags));
      // The record of the run has a schema and a table of its own, which a run does without where it must.
      expect(
        [...started].filter(
          (tag) =>
            !['CREATE SCHEMA', 'CREATE TABLE', 'COMMENT', 'GRANT', 'ALTER TABLE', ...tagsOf(commands)].includes(tag),
        ),
      ).toEqual([]);
      if (commands.rewrites) expect([...(await done('table_rewrite'))]).toEqual(['ALTER TABLE']);
      if (commands.dropsColumns) expect([...(await done('sql_drop'))]).toContain('ALTER TABLE');

      await database.query('TRUNCATE public.done');
      const back = commandsOfRollback(await lookBack(connect(database)));
      await rollBack(connect(database), { discardRows: true });
      expect([...(await done('ddl_command_start'))].filter((tag) => tag.startsWith('DROP')).sort()).toEqual(
        [...back.sure].sort(),
      );
    },
  );
});
