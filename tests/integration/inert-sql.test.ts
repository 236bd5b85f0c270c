import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../src/database/quote.js';
import { inertSql } from '../../src/inert/sql.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { hostileText } from '../unit/inert/hostile.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** PostgreSQL has no NUL and no half of a surrogate pair. */
const sayable = hostileText.map((text) => text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, ''));

it('PostgreSQL reads constants, names and bodies in it as it read them before', async () => {
  await fc.assert(
    fc.asyncProperty(sayable, sayable, async (text, word) => {
      const column = `c${word}`.slice(0, 12).replace(/\p{Surrogate}/gu, '');
      const body = text.replaceAll('$', '');
      const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
      const constants = [
        quoteLiteral(text),
        `E'${escaped}'`,
        `N${quoteLiteral(text.replaceAll('\\', ''))}`,
        `$q$${body}$q$`,
        `${quoteLiteral(text)}\n\t-- ${word.replace(/[\r\n]/g, ' ')}\n'b'`,
      ];
      const script = `/* ${word.replaceAll('*', '').replaceAll('/', '')} */ SELECT ${constants.map((constant, index) => `${constant} AS a${index}`).join(', ')}, 1 AS${quoteIdentifier(column)}`;
      expect((await client.query(inertSql(script))).rows).toEqual((await client.query(script)).rows);
    }),
    { numRuns: 300 },
  );
});
