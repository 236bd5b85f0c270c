import { quoteIdentifier } from '../../database/quote.js';
import { inertSql } from '../../inert/sql.js';
import type { Finding } from '../finding.js';

/** A collation whose rules on this machine are of another version than those that its indexes were made by. */
export interface CollationMismatch {
  /** Null for the database's own. */
  readonly collation: string | null;
  readonly recorded: string;
  /** Null where the operating system or ICU tells none any more. */
  readonly actual: string | null;
}

/**
 * Versions of the database's collation (pg_database.datcollversion, from 15 on) and of each collation that a column or an index
 * uses, as recorded and as they are ("ALTER COLLATION", Notes).
 */
export const collationQuery = (serverVersion: number) => `
  SELECT COALESCE(json_agg(m), '[]') FROM (
    ${
      serverVersion >= 150000
        ? `
    SELECT NULL::text AS collation, d.datcollversion AS recorded, pg_database_collation_actual_version(d.oid) AS actual FROM pg_database d
     WHERE d.datname = current_database() AND d.datcollversion IS NOT NULL AND d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid)
    UNION ALL`
        : ''
    }
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.collname), c.collversion, pg_collation_actual_version(c.oid)
      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
     WHERE c.collversion IS NOT NULL AND c.collprovider IN ('c', 'i', 'b')
       AND EXISTS (SELECT FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace s ON s.oid = r.relnamespace
                    WHERE a.attcollation = c.oid AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'm', 'i', 'I') AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema')
       AND c.collversion IS DISTINCT FROM pg_collation_actual_version(c.oid)) m`;

/** What is worth saying of them. The order of texts may have changed under the indexes, so that rows are not found and duplicates let in. Pure. */
export function collationFindings(mismatches: readonly CollationMismatch[], database: string): Finding[] {
  return mismatches.map(({ collation, recorded, actual }) => {
    const refresh =
      collation === null
        ? `ALTER DATABASE ${quoteIdentifier(database)} REFRESH COLLATION VERSION;`
        : `ALTER COLLATION ${collation} REFRESH VERSION;`;
    return {
      code: 'YF820',
      title: `the ${collation === null ? `collation of the database ${database}` : `collation ${collation}`} is of version ${actual ?? 'unknown'} here, and indexes on text were made by version ${recorded}: they may miss rows`,
      remedy: `Let the owner make the indexes anew and then note the version, in psql: ${inertSql(`REINDEX DATABASE ${quoteIdentifier(database)}; ${refresh}`)}`,
      ...(collation !== null && { subject: `collation ${collation}` }),
    };
  });
}
