import { describe, expect, it } from 'vitest';
import { obstacle } from '../../src/inspection/obstacles.js';
import { adapters, onceOf } from '../support/adapters.js';
import { scenarioSql } from '../support/fixtures.js';
import { look, upgrade } from '../support/run-upgrade.js';
import { connected } from '../support/databases.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

/** All that there is to a user's views: definition, owner, grants, options, comment. */
const viewsOf = (database: TestDatabase) =>
  database.query(`
  SELECT c.relname, pg_get_viewdef(c.oid) AS definition, pg_get_userbyid(relowner) AS owner, relacl::text AS acl,
         reloptions::text AS options, obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c WHERE relkind IN ('v', 'm') AND relname LIKE 'mine%' ORDER BY 1`);

/** A view that the server's superuser owns, over one that a step drops. */
function createDatabaseView(database: TestDatabase, superuser: string): Promise<void> {
  return connected({ ...database, user: superuser }, database.name, async (client) => {
    await client.query('CREATE VIEW mine AS SELECT session_id FROM v_recent_quality_issues');
  });
}

for (const adapter of adapters) {
  describe.skipIf(adapter.missing)(
    `views of the user's, over ${adapter.name}${adapter.missing ? ` (${adapter.missing})` : ''}`,
    () => {
      const once = onceOf(adapter);
      it('are put back as they were, with grants, options and comments', async () => {
        const database = await createDatabase({ sql: scenarioSql('1.1.0') });
        await database.query(`
        CREATE VIEW mine WITH (security_barrier=true) AS SELECT session_id, overall_rating FROM v_recent_quality_issues WHERE overall_rating < 4;
        CREATE VIEW mine_too AS SELECT count(*) AS bad, 'it''s \\ mine' AS note FROM mine;
        COMMENT ON VIEW mine IS 'it''s mine';
        GRANT SELECT ON mine TO PUBLIC;
        GRANT SELECT, INSERT ON mine_too TO pg_monitor WITH GRANT OPTION`);
        const before = await viewsOf(database);
        await upgrade(adapter.connect(database));
        expect(await viewsOf(database)).toEqual(before);
        expect((await look(adapter.connect(database))).version.state).toBe('current');
        await database.drop();
      });

      once?.("are put back to the owner that they had, be it another than that of YokeFlow's tables", async () => {
        const database = await createDatabase({ sql: scenarioSql('1.1.0'), owner: 'yokeflow_app' });
        const superuser = testServer().user;
        await createDatabaseView(database, superuser);
        const before = await viewsOf(database);
        await upgrade(adapter.connect({ ...database, user: superuser }));
        expect(await viewsOf(database)).toEqual(before);
        const owners = await database.query<{ owner: string }>(
          `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace AND nspname = 'public' WHERE relkind IN ('r', 'v') AND relname NOT LIKE 'mine%'`,
        );
        expect(owners).toEqual([{ owner: 'yokeflow_app' }]);
        await database.drop();
      });

      once?.('are refused by name where they belong to somebody for whom the connected role may not act', async () => {
        const database = await createDatabase({ sql: scenarioSql('1.1.0'), owner: 'yokeflow_app' });
        await createDatabaseView(database, testServer().user);
        const refused = obstacle(await look(adapter.connect(database)));
        expect(refused).toMatchObject({
          code: 'YF306',
          exitCode: 3,
          found: [expect.stringMatching(/^view public\.mine: it belongs to agent/)],
        });
        await database.drop();
      });

      once?.each([
        [
          'it reads a column that goes away',
          'CREATE VIEW mine AS SELECT review_text FROM session_quality_checks',
          'public.mine',
          /review_text, which goes away/,
        ],
        [
          'it is materialized',
          'CREATE MATERIALIZED VIEW mine AS SELECT session_id FROM v_recent_quality_issues',
          'public.mine',
          /materialized/,
        ],
      ])('are refused by name where %s', async (_why, sql, name, because) => {
        const database = await createDatabase({ sql: scenarioSql('1.1.0') });
        await database.query(sql);
        const refused = obstacle(await look(adapter.connect(database)));
        expect(refused?.code).toBe('YF306');
        expect(refused?.message).toContain(name);
        expect(refused?.found.join()).toMatch(because);
        await database.drop();
      });

      once?.('over a column of ours that changes its type come through', async () => {
        const database = await createDatabase({ sql: scenarioSql('1.4.0-as-documented') });
        await database.query(
          'CREATE VIEW mine AS SELECT action_status, count(*) FROM intervention_actions GROUP BY action_status',
        );
        await upgrade(adapter.connect(database));
        expect(
          await database.query(
            `SELECT format_type(atttypid, atttypmod) AS t FROM pg_attribute WHERE attrelid = 'mine'::regclass AND attnum = 1`,
          ),
        ).toEqual([{ t: 'text' }]);
        expect((await look(adapter.connect(database))).version.state).toBe('current');
        await database.drop();
      });
    },
  );
}
