import { quoteIdentifier } from '../../database/quote.js';
import type { Grant } from './relation-states.js';

/**
 * The statements that give these rights on a view that nobody has rights on, as the grantors that they came from: each
 * grantor after it got the right to grant. Undefined where there is no such order. Pure.
 * @param view quoted
 * @param column quoted; with it the rights are those of one column
 * @param held rights that were given before, for the rights of a column
 */
export function grantsInOrder(
  view: string,
  owner: string,
  grants: readonly Grant[],
  column?: string,
  held: readonly Grant[] = [],
): string[] | undefined {
  const given: Grant[] = [...held];
  const statements: string[] = [];
  const mayGrant = ({ grantor, privilege }: Grant) =>
    grantor === owner ||
    given.some((other) => other.grantee === grantor && other.privilege === privilege && other.grantable);
  let left = [...grants];
  while (left.length > 0) {
    const next = left.find(mayGrant);
    if (next === undefined) return undefined;
    // One statement for all that one role was given by another in the same manner, as long as it may be given now.
    const same = left.filter(
      (other) =>
        other.grantor === next.grantor &&
        other.grantee === next.grantee &&
        other.grantable === next.grantable &&
        mayGrant(other),
    );
    const privileges = same
      .map(({ privilege }) => (column === undefined ? privilege : `${privilege} (${column})`))
      .join(', ');
    const grant = `GRANT ${privileges} ON TABLE ${view} TO ${grantee(next)}${next.grantable ? ' WITH GRANT OPTION' : ''}`;
    statements.push(
      ...(next.grantor === owner ? [grant] : [`SET LOCAL ROLE ${quoteIdentifier(next.grantor)}`, grant, 'RESET ROLE']),
    );
    given.push(...same);
    left = left.filter((other) => !same.includes(other));
  }
  return statements;
}

function grantee({ grantee: name, isPublic }: Grant): string {
  return isPublic ? 'PUBLIC' : quoteIdentifier(name);
}
