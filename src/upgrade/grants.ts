import type { Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier } from '../database/quote.js';
import { actingRole, type LackingRight } from './rights.js';

/** A lacking right in words: `table paused_sessions belongs to postgres`. Pure. */
export function describeLack({ kind, name, privilege, owner }: LackingRight): string {
  return privilege === 'owner' ? `${kind} ${name} belongs to ${owner}` : `no ${privilege} on ${kind} ${name}, which belongs to ${owner}`;
}

/** The statements that give the acting role what it lacks, for somebody who may. Pure. */
export function grants(lacking: readonly LackingRight[], snapshot: Snapshot): string[] {
  const role = quoteIdentifier(actingRole(snapshot));
  const schema = quoteIdentifier(snapshot.schema);
  return lacking.map(({ kind, name, privilege }) => {
    if (kind === 'schema') return `GRANT ${privilege} ON SCHEMA ${schema} TO ${role}`;
    // A function is named by its arguments, which stand behind its name.
    const [simple = name, rest] = kind === 'function' ? [name.slice(0, name.indexOf('(')), name.slice(name.indexOf('('))] : [name, ''];
    const object = `${schema}.${quoteIdentifier(simple)}${rest ?? ''}`;
    return privilege === 'owner' ? `ALTER ${kind.toUpperCase()} ${object} OWNER TO ${role}` : `GRANT ${privilege} ON ${object} TO ${role}`;
  });
}
