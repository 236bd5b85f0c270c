import type { Snapshot } from '../catalog/snapshot.js';
import { quoteIdentifier } from '../database/quote.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import { actingRole, type LackingRight } from './rights.js';

/** What is lacking, a line for each object: `table paused_sessions belongs to postgres`, `no INSERT, UPDATE on table tasks, which …`. Pure. */
export function describeLacks(lacking: readonly LackingRight[]): string[] {
  const objects = new Map<string, LackingRight[]>();
  for (const right of lacking) {
    const key = `${right.kind} ${right.name} ${right.privilege === 'owner'}`;
    objects.set(key, [...(objects.get(key) ?? []), right]);
  }
  return [...objects.values()].map(([{ kind, name, privilege, owner } = {} as LackingRight, ...others]) => {
    const words =
      privilege === 'owner'
        ? `${kind} ${name} belongs to ${owner}`
        : `no ${[privilege, ...others.map((other) => other.privilege)].join(', ')} on ${kind} ${name}, which belongs to ${owner}`;
    return visible(words);
  });
}

/** The statements that give the acting role what it lacks, for somebody who may. Pure. */
export function grants(lacking: readonly LackingRight[], snapshot: Snapshot): string[] {
  const role = quoteIdentifier(actingRole(snapshot));
  const schema = quoteIdentifier(snapshot.schema);
  return lacking.map(({ kind, name, privilege }) => {
    if (kind === 'database') return inertSql(`GRANT ${privilege} ON DATABASE ${quoteIdentifier(name)} TO ${role}`);
    if (kind === 'tablespace') return inertSql(`GRANT ${privilege} ON TABLESPACE ${quoteIdentifier(name)} TO ${role}`);
    if (kind === 'schema') return inertSql(`GRANT ${privilege} ON SCHEMA ${schema} TO ${role}`);
    // A function is named by its arguments, which stand behind its name.
    const [simple, rest] =
      kind === 'function' ? [name.slice(0, name.indexOf('(')), name.slice(name.indexOf('('))] : [name, ''];
    const object = `${schema}.${quoteIdentifier(simple)}${rest ?? ''}`;
    return inertSql(
      privilege === 'owner'
        ? `ALTER ${kind.toUpperCase()} ${object} OWNER TO ${role}`
        : `GRANT ${privilege} ON ${object} TO ${role}`,
    );
  });
}
