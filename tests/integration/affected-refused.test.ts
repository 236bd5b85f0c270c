import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { catalogLines } from '../support/contents.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

async function databaseOf(scenario: Scenario, sql = ''): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql(scenario) });
  onTestFinished(() => database.drop());
  if (sql !== '') await database.query(sql);
  return database;
}

/** Runs what this server is new enough for, and returns what is then expected. */
async function addAll(database: TestDatabase, kinds: readonly Kind[]): Promise<string[]> {
  const [server] = await database.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::integer AS version`,
  );
  const known = kinds.filter(({ since = 0 }) => (server?.version ?? 0) >= since);
  for (const { sql } of known) await database.query(sql);
  return known.map(({ object }) => object).sort();
}

interface Kind {
  readonly sql: string;
  /** As it has to be named. */
  readonly object: string;
  /** The server version that knows it. */
  readonly since?: number;
}

/** A thing of each kind that PostgreSQL drops along with a column, or refuses to drop the column for. */
const onDroppedColumns: readonly Kind[] = [
  {
    object: 'index public.mine_both',
    sql: 'CREATE INDEX mine_both ON session_quality_checks (overall_rating, check_type)',
  },
  {
    object: 'index public.mine_where',
    sql: `CREATE INDEX mine_where ON session_quality_checks (overall_rating) WHERE check_type = 'deep'`,
  },
  {
    object: 'index public.mine_expression',
    sql: 'CREATE INDEX mine_expression ON session_quality_checks (lower(review_text))',
  },
  {
    object: 'constraint mine_unique on table public.session_quality_checks',
    sql: 'ALTER TABLE session_quality_checks ADD CONSTRAINT mine_unique UNIQUE (id, check_type)',
  },
  {
    object: 'constraint mine_check on table public.session_quality_checks',
    sql: `ALTER TABLE session_quality_checks ADD CONSTRAINT mine_check CHECK (check_type <> 'deep' OR overall_rating > 0 OR true)`,
  },
  {
    object: 'constraint mine_only_gone on table public.session_quality_checks',
    sql: 'ALTER TABLE session_quality_checks ADD CONSTRAINT mine_only_gone CHECK (length(review_text) < 1000000)',
  },
  {
    object: 'constraint mine_excluded on table public.session_quality_checks',
    sql: 'ALTER TABLE session_quality_checks ADD CONSTRAINT mine_excluded EXCLUDE USING btree (id WITH =, check_type WITH =)',
  },
  {
    object: 'constraint mine_points_fkey on table public.mine_points',
    sql: 'CREATE TABLE mine_points (q uuid, t varchar(50), CONSTRAINT mine_points_fkey FOREIGN KEY (q, t) REFERENCES session_quality_checks (id, check_type))',
  },
  {
    object: 'statistics object public.mine_statistics',
    sql: 'CREATE STATISTICS mine_statistics ON overall_rating, check_type FROM session_quality_checks',
  },
  {
    object: 'sequence public.mine_sequence',
    sql: 'CREATE SEQUENCE mine_sequence OWNED BY session_quality_checks.review_text',
  },
  {
    object: 'policy mine_policy on table public.session_quality_checks',
    sql: `CREATE POLICY mine_policy ON session_quality_checks USING (check_type <> 'deep')`,
  },
  {
    object: 'policy mine_elsewhere on table public.projects',
    sql: `CREATE POLICY mine_elsewhere ON projects USING (EXISTS (SELECT FROM session_quality_checks q WHERE q.review_text = 'x'))`,
  },
  {
    object: 'trigger mine_of on table public.session_quality_checks',
    sql: 'CREATE TRIGGER mine_of BEFORE UPDATE OF check_type ON session_quality_checks FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  },
  {
    object: 'trigger mine_when on table public.session_quality_checks',
    sql: `CREATE TRIGGER mine_when BEFORE UPDATE ON session_quality_checks FOR EACH ROW WHEN (NEW.check_type = 'deep') EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  },
  {
    object: 'rule mine_rule on table public.session_quality_checks',
    sql: `CREATE RULE mine_rule AS ON DELETE TO session_quality_checks WHERE OLD.check_type = 'final' DO ALSO NOTHING`,
  },
  {
    object: 'view public.mine_view',
    sql: 'CREATE VIEW mine_view AS SELECT review_summary FROM session_quality_checks',
  },
  {
    object: 'materialized view public.mine_rows',
    sql: 'CREATE MATERIALIZED VIEW mine_rows AS SELECT prompt_improvements FROM session_quality_checks; CREATE INDEX mine_rows_index ON mine_rows (prompt_improvements)',
  },
  { object: 'column held of table public.mine_holder', sql: 'CREATE TABLE mine_holder (held session_quality_checks)' },
  {
    object: 'column many of table public.mine_holders',
    sql: 'CREATE TABLE mine_holders (many session_quality_checks[])',
  },
  {
    object: 'function public.mine_atomic()',
    since: 140000,
    sql: 'CREATE FUNCTION mine_atomic() RETURNS bigint BEGIN ATOMIC SELECT count(check_type) FROM session_quality_checks; END',
  },
  {
    object: 'publication of table public.session_quality_checks in publication mine_columns',
    since: 150000,
    sql: 'CREATE PUBLICATION mine_columns FOR TABLE session_quality_checks (id, check_type)',
  },
  {
    object: 'publication of table public.session_quality_checks in publication mine_filter',
    since: 150000,
    sql: `CREATE PUBLICATION mine_filter FOR TABLE session_quality_checks WHERE (check_type = 'deep')`,
  },
];

/** A generated column is dropped along up to PostgreSQL 14, and stands in the way from then on. */
const generated = (version: number) =>
  version < 150000
    ? 'column mine_generated of table public.session_quality_checks'
    : 'default value for column mine_generated of table public.session_quality_checks';

/** A thing of each kind that holds on to a view that is made anew, or to one of the user's that is set aside for it. */
const onRemadeViews: readonly Kind[] = [
  {
    object: 'function public.mine_of_row(v_recent_quality_issues)',
    sql: `CREATE FUNCTION mine_of_row(v_recent_quality_issues) RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
  },
  { object: 'function public.mine_of_row(public.v_recent_quality_issues)', sql: '' },
  { object: 'column row of table public.mine_saved', sql: 'CREATE TABLE mine_saved (row v_recent_quality_issues)' },
  {
    object: 'policy mine_policy on table public.tasks',
    sql: 'CREATE POLICY mine_policy ON tasks USING (project_id IN (SELECT project_id FROM v_recent_quality_issues))',
  },
  {
    object: 'materialized view public.mine_rows',
    sql: 'CREATE VIEW mine AS SELECT session_id FROM v_recent_quality_issues; CREATE MATERIALIZED VIEW mine_rows AS SELECT * FROM mine',
  },
  {
    object: 'rule mine_rule on table public.tasks',
    sql: 'CREATE RULE mine_rule AS ON DELETE TO tasks DO ALSO SELECT count(*) FROM mine',
  },
  {
    object: 'rule mine_own on view public.v_recent_quality_issues',
    sql: `CREATE RULE mine_own AS ON UPDATE TO v_recent_quality_issues DO INSTEAD UPDATE tasks SET description = NEW.check_type WHERE false`,
  },
  {
    object: 'function public.mine_atomic()',
    since: 140000,
    sql: 'CREATE FUNCTION mine_atomic() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM mine; END',
  },
]
  .filter(({ sql }) => sql !== '')
  .map((kind) => ({ ...kind, object: kind.object.replace('(v_recent', '(public.v_recent') }));

const onRetypedColumn: readonly Kind[] = [
  {
    object: 'policy mine_policy on table public.intervention_actions',
    sql: `CREATE POLICY mine_policy ON intervention_actions USING (action_status <> 'x')`,
  },
  {
    object: 'trigger mine_of on table public.intervention_actions',
    sql: 'CREATE TRIGGER mine_of BEFORE UPDATE OF action_status ON intervention_actions FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  },
  {
    object: 'rule mine_rule on table public.intervention_actions',
    sql: `CREATE RULE mine_rule AS ON DELETE TO intervention_actions WHERE OLD.action_status = 'x' DO ALSO NOTHING`,
  },
  { object: 'column held of table public.mine_holder', sql: 'CREATE TABLE mine_holder (held intervention_actions)' },
  {
    object: 'materialized view public.mine_rows',
    sql: 'CREATE MATERIALIZED VIEW mine_rows AS SELECT action_status FROM intervention_actions',
  },
  { object: 'table public.mine_child', sql: 'CREATE TABLE mine_child () INHERITS (intervention_actions)' },
  {
    object: 'function public.mine_atomic()',
    since: 140000,
    sql: 'CREATE FUNCTION mine_atomic() RETURNS bigint BEGIN ATOMIC SELECT count(action_status) FROM intervention_actions; END',
  },
  {
    object: 'publication of table public.intervention_actions in publication mine_filter',
    since: 150000,
    sql: `CREATE PUBLICATION mine_filter FOR TABLE intervention_actions WHERE (action_status = 'x')`,
  },
];

/** What holds on to a constraint of YokeFlow's that is dropped or made anew, and what has another shape than a step can replace. */
const onTheRest: readonly Kind[] = [
  {
    object: 'constraint mine_fkey on table public.mine_notes',
    sql: `ALTER TABLE paused_sessions ALTER resolved SET NOT NULL;
    CREATE TABLE mine_notes (s uuid, r boolean, CONSTRAINT mine_fkey FOREIGN KEY (s, r) REFERENCES paused_sessions (session_id, resolved))`,
  },
];

for (const adapter of adapters) {
  describe.skipIf(adapter.missing)(
    `refused by name, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`,
    () => {
      const once = onceOf(adapter);
      const refusedFor = async (database: TestDatabase, expected: readonly string[]) => {
        const before = await catalogLines(database);
        const inspection = await look(adapter.connect(database));
        const refused = obstacle(inspection);
        expect(refused).toMatchObject({ code: 'YF306', exitCode: 3, changed: false });
        expect(inspection.affected.inTheWay.map(({ object }) => object).sort()).toEqual(expected);
        for (const { object, because } of inspection.affected.inTheWay)
          expect(refused?.found).toContain(`${object}: ${because}`);
        expect(inspection.findings.map(({ code }) => code)).toContain('YF306');
        expect(JSON.stringify(refused)).not.toMatch(/CASCADE/);
        expect(await catalogLines(database)).toEqual(before);
      };

      it('everything that uses a column which goes away, at once', async () => {
        const database = await databaseOf('1.1.0');
        const [server] = await database.query<{ version: number }>(
          `SELECT current_setting('server_version_num')::integer AS version`,
        );
        await database.query(
          `ALTER TABLE session_quality_checks ADD COLUMN mine_generated integer GENERATED ALWAYS AS (length(review_text)) STORED`,
        );
        const expected = await addAll(database, onDroppedColumns);
        await refusedFor(database, [...expected, generated(server?.version ?? 0)].sort());
      });

      once?.('everything that holds on to a view which is made anew, at once', async () => {
        const database = await databaseOf('1.1.0');
        await refusedFor(database, await addAll(database, onRemadeViews));
      });

      once?.('everything that PostgreSQL cannot rebuild for a new type, at once', async () => {
        const database = await databaseOf('1.4.0-as-documented');
        await refusedFor(database, await addAll(database, onRetypedColumn));
      });

      once?.('what holds on to a constraint that goes', async () => {
        const database = await databaseOf('1.4.0-as-documented');
        await refusedFor(database, await addAll(database, onTheRest));
      });

      once?.each([
        [
          'a table inherits from one that changes',
          '1.1.0',
          'CREATE TABLE mine_child () INHERITS (session_quality_checks)',
          'table public.mine_child',
        ],
        [
          'a table inherits from one that gets a column',
          '1.0.0',
          'CREATE TABLE mine_child () INHERITS (projects)',
          'table public.mine_child',
        ],
        [
          "a trigger of YokeFlow's name is switched off",
          '1.1.0',
          'DROP INDEX idx_deep_reviews_rating; ALTER TABLE sessions DISABLE TRIGGER validate_session_type_consistency',
          'trigger validate_session_type_consistency on public.sessions',
        ],
        [
          "a view of YokeFlow's has a check option",
          '1.1.0',
          'CREATE OR REPLACE VIEW v_project_quality WITH (check_option = local) AS SELECT id AS project_id, name AS project_name, 1::bigint AS total_sessions, 1::bigint AS checked_sessions, 1::numeric AS avg_quality_rating, 1::bigint AS sessions_without_browser_verification, 1::numeric AS avg_error_rate_percent, 1::numeric AS avg_playwright_calls_per_session FROM projects',
          'view public.v_project_quality',
        ],
      ] as const)('where %s', async (_what, scenario, sql, object) => {
        await refusedFor(await databaseOf(scenario, sql), [object]);
      });

      it("what comes to be between the plan and the transaction stops it, and no hint of PostgreSQL's is told", async () => {
        const database = await databaseOf('1.1.0');
        const connect = adapter.connect(database);
        const before = await catalogLines(database);
        let added = false;
        const run = upgrade(async (...args) => {
          // The first session plans; whatever comes after it is the run.
          const session = await connect(...args);
          if (args[0] === 'worker' && !added) {
            added = true;
            await database.query('CREATE INDEX mine_late ON session_quality_checks (overall_rating, check_type)');
          }
          return session;
        });
        await expect(run).rejects.toMatchObject({ changed: false });
        await run.catch((error: unknown) => {
          expect(JSON.stringify(error)).not.toMatch(/CASCADE/);
        });
        await database.query('DROP INDEX mine_late');
        const labels = (lines: string[]) => lines.filter((line) => !line.startsWith('label '));
        expect(labels(await catalogLines(database))).toEqual(labels(before));
      });
    },
  );
}
