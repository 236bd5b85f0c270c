import type { Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier } from '../database/quote.js';
import type { UpgradeError } from '../errors/error.js';
import { baseTables } from '../releases/base/index.js';
import { newestRelease, stepsTo } from '../releases/registry.js';
import type { Finding } from './findings.js';
import { refusals } from './refusals.js';

/** Tables that some release of YokeFlow has, by the names that the declarations give them. */
const ownTables: ReadonlySet<string> = new Set([
  ...baseTables,
  ...stepsTo(newestRelease).flatMap(({ checks }) => checks).flatMap(({ expectations }) =>
    expectations.flatMap((expectation) => ('key' in expectation && expectation.key.startsWith('table:') ? [expectation.key.slice('table:'.length)] : []))),
]);

/** What would make our statements run another role's code, or see less than there is. Pure. */
export function untrustedObstacles({ shadowing, hiddenRows, schema, owner, server }: Pick<Snapshot, 'shadowing' | 'hiddenRows' | 'schema' | 'owner' | 'server'>): UpgradeError[] {
  const hidden = hiddenRows.filter((table) => ownTables.has(table));
  return refusals(
    shadowing.length > 0 && {
      code: 'YF316',
      message: `${shadowing.length === 1 ? 'An object' : `${shadowing.length} objects`} of another role would be called in the place of PostgreSQL's own, with the rights of ${server.role}.`,
      found: shadowing.map(({ object, owner: whose }) => `${object} belongs to ${whose}`),
      remedy: `Drop what nobody needs: ${shadowing.map(({ object }) => `DROP ${object.replace(/^\w+/, (kind) => kind.toUpperCase())};`).join(' ')} Or connect as its owner with --database-url URL.`,
    },
    hidden.length > 0 && {
      code: 'YF317',
      message: `Row security hides rows of ${hidden.join(', ')} from ${owner ?? server.role}, who does the work: what is counted or moved would lack them.`,
      remedy: `Lift it for the time of the run, in psql: ${hidden.map((table) => `ALTER TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)} NO FORCE ROW LEVEL SECURITY;`).join(' ')} Then run this again, and put it back.`,
    },
  );
}

/** Whose code runs with the rights of a superuser. Pure. */
export function lowerRolesCode({ server, owner, ownerIsSuperuser }: Snapshot): Finding[] {
  if (!server.isSuperuser || owner === null || ownerIsSuperuser) return [];
  return [{
    code: 'YF812',
    title: `you are connected as the superuser ${server.role}, and YokeFlow's tables belong to ${owner}: triggers, rules and functions of that role run with your rights in verify and upgrade`,
    remedy: `Connect as ${owner} where you can: --database-url URL, or --user ${owner} in a container.`,
  }];
}
