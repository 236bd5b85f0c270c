import { namesOf } from '../catalog/keys.js';
import type { ForeignOwned, Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier } from '../database/quote.js';
import type { UpgradeError } from '../errors/error.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import { everyKey, everyTable } from '../releases/registry.js';
import type { Finding } from './finding.js';
import { refusals } from './refusals.js';

const ownRelations: ReadonlySet<string> = new Set([...everyTable, ...namesOf(everyKey, 'view')]);
const ownFunctions: ReadonlySet<string> = new Set(namesOf(everyKey, 'function'));

/** Whether an object has one of YokeFlow's names. Other objects belong to a fork and do not matter. */
const isUsed = ({ kind, name }: ForeignOwned) =>
  kind === 'function' ? ownFunctions.has(name) : kind === 'trigger' ? everyTable.has(name) : ownRelations.has(name);

type Facts = Pick<Snapshot, 'shadowing' | 'foreignOwned' | 'hiddenRows' | 'schema' | 'owner' | 'server'>;

/** What would make our statements run another role's code, or see less than there is. Pure. */
export function untrustedObstacles({
  shadowing,
  foreignOwned,
  hiddenRows,
  schema,
  owner,
  server,
}: Facts): UpgradeError[] {
  const hidden = hiddenRows.filter((table) => everyTable.has(table));
  // For a role that is no superuser these objects show up as lacking rights.
  const foreign = server.isSuperuser ? foreignOwned.filter(isUsed) : [];
  return refusals(
    shadowing.length > 0 && {
      code: 'YF316',
      message: `${shadowing.length === 1 ? 'An object' : `${shadowing.length} objects`} of another role would be called in the place of PostgreSQL's own, with the rights of ${visible(server.role)}.`,
      found: shadowing.map(({ object, owner: whose }) => `${object} belongs to ${whose}`),
      remedy: inertSql(
        `Drop what nobody needs: ${shadowing.map(({ object }) => `DROP ${object.replace(/^\w+/, (kind) => kind.toUpperCase())};`).join(' ')} Or connect as its owner with --database-url URL.`,
      ),
    },
    foreign.length > 0 && {
      code: 'YF316',
      message: `${foreign.length === 1 ? 'Something' : `${foreign.length} things`} under names of YokeFlow's would run another role's code with the rights of the superuser ${visible(server.role)}.`,
      found: foreign.map(({ object, kind, owner: whose }) =>
        kind === 'trigger' ? `${object} runs a function of ${whose}` : `${object} belongs to ${whose}`,
      ),
      remedy: inertSql(
        `If you trust it, give it to the owner of YokeFlow's tables, in psql: ALTER … OWNER TO ${quoteIdentifier(owner ?? server.role)}; else drop it. Then run this again.`,
      ),
    },
    hidden.length > 0 && {
      code: 'YF317',
      message: `Row security hides rows of ${hidden.join(', ')} from ${owner ?? server.role}, which does the work: it would neither count nor move them.`,
      remedy: `Lift it for the time of the run, in psql: ${inertSql(hidden.map((table) => `ALTER TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)} NO FORCE ROW LEVEL SECURITY;`).join(' '))} Then run this again, and put it back.`,
    },
  );
}

/** Whose code runs with the rights of a superuser. Pure. */
export function lowerRolesCode({ server, owner, ownerIsSuperuser }: Snapshot): Finding[] {
  if (!server.isSuperuser || owner === null || ownerIsSuperuser) return [];
  return [
    {
      code: 'YF812',
      title: `you are connected as the superuser ${server.role}, and YokeFlow's tables belong to ${owner}: triggers, rules and functions of that role run with your rights in verify and upgrade`,
      remedy: `Connect as ${owner} where you can: --database-url URL, or --user ${owner} in a container.`,
    },
  ];
}
