import { key } from '../../catalog/keys.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import { quoteIdentifier } from '../../database/quote.js';
import type { UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import { inertSql } from '../../inert/sql.js';
import { everyTable } from '../../releases/registry.js';
import { refusals } from '../refusals.js';

/** How the catalog renders an id that YokeFlow's `DEFAULT uuid_generate_v4()` was taken from. */
const WITHOUT_DEFAULT = 'uuid not null';

/** The tables that every YokeFlow has and whose ids that function makes. */
const always = ['projects', 'sessions'];

/**
 * Says that uuid-ossp was dropped, where it was: DROP EXTENSION … CASCADE takes the defaults along that call it, and since then YokeFlow
 * cannot add a row. No step brings them back, because the tables are older than all of them. Pure.
 */
export function uuidObstacles({ objects, schema }: Pick<Snapshot, 'objects' | 'schema'>): UpgradeError[] {
  const isWithout = (table: string) => objects.get(key.column(table, 'id')) === WITHOUT_DEFAULT;
  const tables = [...everyTable].filter(isWithout);
  const restored = tables.map(
    (table) =>
      `ALTER TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)} ALTER COLUMN id SET DEFAULT uuid_generate_v4();`,
  );
  return refusals(
    always.every(isWithout) && {
      code: 'YF323',
      message: `The ids of ${tables.join(', ')} have lost their default, as they do when the extension uuid-ossp is dropped.`,
      found: tables.map((table) => `column ${table}.id: no default uuid_generate_v4()`),
      remedy: [
        inertSql(
          `Let whoever owns YokeFlow's tables run, in psql: CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; ${restored.join(' ')} Then run: `,
        ),
        own('upgrade'),
      ],
    },
  );
}
