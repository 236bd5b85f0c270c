import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines } from '../support/contents.js';
import { connected } from '../support/databases.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, testServer, type DatabaseOptions, type TestDatabase } from '../support/server.js';

async function databaseOf(scenario: Scenario, options: DatabaseOptions = {}): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario), ...options });
  onTestFinished(() => database.drop());
  return database;
}

/** What the catalog says of everything whose line holds one of these names. */
async function linesOf(database: TestDatabase, names: RegExp): Promise<string[]> {
  return (await catalogLines(database)).filter((line) => names.test(line) && !line.includes('yokeflow_upgrade'));
}

const versionOf = async (database: TestDatabase) =>
  (await database.query<{ version: number }>(`SELECT current_setting('server_version_num')::integer AS version`))[0]
    ?.version ?? 0;

/** Roles are the server's and not the database's: they are made once and stay. */
const roles = `DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(8001);
  IF to_regrole('mine_reader') IS NULL THEN CREATE ROLE mine_reader; CREATE ROLE mine_lender; CREATE ROLE "mine ""owner"""; END IF;
END $$`;

for (const adapter of adapters) {
  describe.skipIf(adapter.missing)(
    `carried over, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`,
    () => {
      const once = onceOf(adapter);
      it("a view of the user's and YokeFlow's own that is made anew: owner, rights with grantors and columns, comments, defaults, triggers, rules, options", async () => {
        const database = await databaseOf('1.1.0');
        await database.query(roles);
        for (const view of ['mine', 'v_recent_quality_issues']) {
          if (view === 'mine')
            await database.query(
              "CREATE VIEW mine WITH (security_barrier = true) AS SELECT session_id, overall_rating, 'it''s \\ $rights$' AS note FROM v_recent_quality_issues",
            );
          await database.query(`
          GRANT ALL ON SCHEMA public TO mine_lender, "mine ""owner"""; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "mine ""owner""";
          ALTER VIEW ${view} OWNER TO "mine ""owner""";
          ALTER VIEW ${view} SET (security_barrier = true);
          GRANT SELECT ON ${view} TO mine_lender WITH GRANT OPTION;
          GRANT SELECT (session_id), UPDATE (overall_rating) ON ${view} TO PUBLIC;
          SET ROLE mine_lender; GRANT SELECT ON ${view} TO mine_reader; GRANT SELECT (overall_rating) ON ${view} TO mine_reader; RESET ROLE;
          REVOKE TRUNCATE ON ${view} FROM "mine ""owner""";
          COMMENT ON VIEW ${view} IS 'it''s \\ mine'; COMMENT ON COLUMN ${view}.overall_rating IS 'of 10';
          ALTER VIEW ${view} ALTER COLUMN overall_rating SET DEFAULT 5;
          CREATE FUNCTION ${view}_write() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
          CREATE TRIGGER mine_insert INSTEAD OF INSERT ON ${view} FOR EACH ROW EXECUTE FUNCTION ${view}_write(); COMMENT ON TRIGGER mine_insert ON ${view} IS 'a trigger';
          CREATE RULE mine_delete AS ON DELETE TO ${view} DO INSTEAD (UPDATE sessions SET model = 'x' WHERE id = OLD.session_id; SELECT 1); COMMENT ON RULE mine_delete ON ${view} IS 'a rule'`);
        }
        // From here on, whatever the superuser makes can be read and written by everyone.
        await database.query('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC');
        const names = /\bmine|v_recent_quality_issues/;
        const before = (await linesOf(database, names)).filter(
          (line) => !line.startsWith('view v_recent') && !/^column v_recent/.test(line),
        );
        expect(before.join('\n')).toMatch(/mine_lender/);
        await upgrade(adapter.connect(database));
        expect(
          (await linesOf(database, names)).filter(
            (line) => !line.startsWith('view v_recent') && !/^column v_recent/.test(line),
          ),
        ).toEqual(before);
        expect((await look(adapter.connect(database))).version.state).toBe('current');
      });

      once?.("the options of views that are replaced in place, be they one of 1.1.1's or one of 1.4.0's", async () => {
        for (const [scenario, view] of [
          ['1.1.0', 'v_project_quality'],
          ['1.4.0-as-documented', 'v_active_interventions'],
          ['1.4.0-as-documented', 'v_latest_checkpoints'],
        ] as const) {
          const database = await databaseOf(scenario);
          const options =
            (await versionOf(database)) >= 150000
              ? 'security_barrier = true, security_invoker = true'
              : 'security_barrier = true';
          await database.query(`ALTER VIEW ${view} SET (${options})`);
          const read = () =>
            database.query(`SELECT reloptions::text AS options FROM pg_class WHERE relname = '${view}'`);
          const before = await read();
          await upgrade(adapter.connect(database));
          expect(await read()).toEqual(before);
        }
      });

      once?.('what a name meant: a view under a search path of its own reads the same table afterwards', async () => {
        const database = await databaseOf('1.1.0');
        await database.query(`
        CREATE SCHEMA agent; CREATE SCHEMA app;
        CREATE TABLE agent.labels (rating integer, label text); INSERT INTO agent.labels VALUES (3, 'from agent');
        CREATE TABLE public.labels (rating integer, label text); INSERT INTO public.labels VALUES (3, 'from public');
        CREATE FUNCTION agent.twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * $1'; CREATE FUNCTION public.twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 0';
        SET search_path = agent, public;
        CREATE VIEW app.v AS SELECT l.label, twice(l.rating) AS twice FROM labels l LEFT JOIN v_recent_quality_issues q ON false;
        RESET search_path; ALTER DATABASE "${database.name}" SET search_path = app, public`);
        await upgrade(adapter.connect(database));
        expect(await database.query('SELECT * FROM app.v')).toEqual([{ label: 'from agent', twice: 6 }]);
      });

      once?.(
        'storage options, comment, tablespace marks and targets of indexes and constraints that are rebuilt or made anew',
        async () => {
          const database = await databaseOf('1.4.0-as-documented');
          await database.query(`
        CREATE INDEX mine_status ON intervention_actions (action_status, lower(action_status)) WITH (fillfactor = 60);
        ALTER INDEX mine_status ALTER COLUMN 2 SET STATISTICS 321; COMMENT ON INDEX mine_status IS 'mine'; ALTER TABLE intervention_actions CLUSTER ON mine_status;
        ALTER TABLE intervention_actions ADD CONSTRAINT mine_known CHECK (action_status <> 'never'); COMMENT ON CONSTRAINT mine_known ON intervention_actions IS 'mine';
        CREATE STATISTICS mine_statistics ON action_status, action_type FROM intervention_actions; COMMENT ON STATISTICS mine_statistics IS 'mine';
        DROP INDEX idx_checkpoints_type; CREATE INDEX idx_checkpoints_type ON session_checkpoints (checkpoint_type DESC) WITH (fillfactor = 50);
        COMMENT ON INDEX idx_checkpoints_type IS 'mine'; ALTER TABLE session_checkpoints CLUSTER ON idx_checkpoints_type;
        COMMENT ON CONSTRAINT paused_sessions_current_task_id_fkey ON paused_sessions IS 'mine';
        ALTER TABLE paused_sessions ALTER CONSTRAINT paused_sessions_current_task_id_fkey DEFERRABLE INITIALLY DEFERRED`);
          // A cast to the new type means the same and is not written any more; YokeFlow's index gets its own direction back.
          const same = (lines: string[]) =>
            lines
              .filter((line) => !line.startsWith('column mine_status'))
              .map((line) =>
                line
                  .replace(/::[a-z ]+(?:\(\d+\))?/g, '')
                  .replace(/[() ]/g, '')
                  .replace('checkpoint_typeDESC', 'checkpoint_type'),
              );
          const names = /\bmine|idx_checkpoints_type/;
          const before = same(await linesOf(database, names));
          await upgrade(adapter.connect(database));
          expect(same(await linesOf(database, names)).filter((line) => !/^constraintpaused/.test(line))).toEqual(
            before,
          );
          expect(
            await database.query(
              `SELECT condeferrable, condeferred FROM pg_constraint WHERE conname = 'paused_sessions_current_task_id_fkey' AND confdeltype = 'n'`,
            ),
          ).toEqual([{ condeferrable: true, condeferred: true }]);
        },
      );

      once?.(
        'what only its owner chose is no difference: fillfactor, DEFERRABLE and NOT VALID leave a 1.4.0 current, and its index is the same one',
        async () => {
          const database = await databaseOf('1.3.0');
          const connect = adapter.connect(database);
          await upgrade(connect);
          await database.query(`
        ALTER INDEX idx_checkpoints_session SET (fillfactor = 70); ALTER INDEX unique_active_pause_per_session SET (fillfactor = 70);
        ALTER TABLE paused_sessions ALTER CONSTRAINT paused_sessions_project_id_fkey DEFERRABLE;
        ALTER TABLE session_checkpoints DROP CONSTRAINT valid_message_count; ALTER TABLE session_checkpoints ADD CONSTRAINT valid_message_count CHECK (message_count >= 0) NOT VALID`);
          expect((await look(connect)).plan.steps).toEqual([]);
          // A step that is due for something else leaves them alone, too.
          await database.query('DROP INDEX idx_checkpoints_task');
          const before = await database.query(
            `SELECT oid, relfilenode FROM pg_class WHERE relname IN ('idx_checkpoints_session')`,
          );
          const constraints = () =>
            database.query(
              `SELECT oid, conname, convalidated FROM pg_constraint WHERE conname IN ('valid_message_count', 'paused_sessions_project_id_fkey') ORDER BY conname`,
            );
          const kept = await constraints();
          await upgrade(connect);
          expect(
            await database.query(`SELECT oid, relfilenode FROM pg_class WHERE relname IN ('idx_checkpoints_session')`),
          ).toEqual(before);
          expect(await constraints()).toEqual(kept);
          expect((await look(connect)).version.state).toBe('current');
        },
      );

      once?.each(['DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA'])('a trigger whose owner said %s', async (state) => {
        const database = await databaseOf('1.0.0');
        await database.query(`ALTER TABLE projects ${state} TRIGGER update_projects_updated_at`);
        const read = () =>
          database.query(`SELECT tgenabled FROM pg_trigger WHERE tgname = 'update_projects_updated_at'`);
        const before = await read();
        await upgrade(adapter.connect(database));
        expect(await read()).toEqual(before);
      });

      it('the text of functions and views that are replaced: told before, and kept with the record', async () => {
        const database = await databaseOf('1.4.0-as-documented');
        const connect = adapter.connect(database);
        await database.query(`
        CREATE OR REPLACE FUNCTION resume_session(p_paused_session_id uuid, p_resolved_by varchar DEFAULT 'system', p_resolution_notes text DEFAULT NULL) RETURNS boolean
          LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET work_mem = '8MB' AS $mine$ BEGIN /* it's \\ mine */ RETURN true; END $mine$;
        GRANT EXECUTE ON FUNCTION resume_session(uuid, varchar, text) TO pg_monitor; COMMENT ON FUNCTION resume_session(uuid, varchar, text) IS 'mine'`);
        const { findings } = await look(connect);
        const told = findings.filter(({ code }) => code === 'YF813');
        expect(told.map(({ title }) => title)).toContainEqual(
          expect.stringMatching(/resume_session.*SECURITY DEFINER, SET search_path = public, SET work_mem = 8MB/),
        );
        expect(told.map(({ subject }) => subject)).toContain('view public.v_active_interventions');
        const rights = () =>
          database.query(
            `SELECT proacl::text AS acl, obj_description(oid, 'pg_proc') AS comment, pg_get_userbyid(proowner) AS owner FROM pg_proc WHERE proname = 'resume_session'`,
          );
        const before = await rights();
        await upgrade(connect);
        expect(await rights()).toEqual(before);
        const [run] = await database.query<{ replaced: { kind: string; name: string; definition: string }[] }>(
          'SELECT replaced FROM yokeflow_upgrade.runs',
        );
        const text = run?.replaced.find(({ name }) => name.startsWith('public.resume_session('))?.definition;
        expect(text).toContain("/* it's \\ mine */");
        // What is kept makes it as it was.
        await database.query(text ?? '');
        expect(
          await database.query(`SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'resume_session'`),
        ).toEqual([{ prosecdef: true, proconfig: ['search_path=public', 'work_mem=8MB'] }]);
        expect(run?.replaced.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['view', 'constraint']));
      });

      once?.(
        "a record of an older version gets the new column, and functions that are this program's own are not told",
        async () => {
          const database = await databaseOf('1.3.0');
          const connect = adapter.connect(database);
          await upgrade(connect);
          await database.query(
            'ALTER TABLE yokeflow_upgrade.runs DROP COLUMN replaced; DROP INDEX idx_checkpoints_task; DROP INDEX idx_paused_sessions_project',
          );
          expect((await look(connect)).affected.replaced.filter(({ kind }) => kind === 'function')).toEqual([]);
          await upgrade(connect);
          expect(await database.query('SELECT count(replaced)::integer AS n FROM yokeflow_upgrade.runs')).toEqual([
            { n: 1 },
          ]);
        },
      );

      once?.(
        'is refused by name where rights were granted by a role for which the connected one cannot act',
        async () => {
          const database = await databaseOf('1.1.0', { owner: 'yokeflow_app' });
          const superuser = { ...database, user: testServer().user };
          await connected(superuser, database.name, async (client) => {
            await client.query(roles);
            await client.query(`
          SET ROLE yokeflow_app; CREATE VIEW mine AS SELECT session_id FROM v_recent_quality_issues; GRANT SELECT ON mine TO mine_lender WITH GRANT OPTION; RESET ROLE;
          SET ROLE mine_lender; GRANT SELECT ON public.mine TO mine_reader; RESET ROLE`);
          });
          expect(obstacle(await look(adapter.connect(database)))).toMatchObject({
            code: 'YF306',
            found: [expect.stringMatching(/^view public\.mine: mine_lender granted rights/)],
          });
          const read = () => database.query(`SELECT relacl::text AS acl FROM pg_class WHERE relname = 'mine'`);
          const before = await read();
          await upgrade(adapter.connect(superuser));
          expect(await read()).toEqual(before);
        },
      );
    },
  );
}
