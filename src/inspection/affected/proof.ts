import type { Session } from '../../database/session.js';
import { UpgradeError } from '../../errors/error.js';
import { partBefore } from '../../planning/renames.js';
import { underCatalogPath } from './pinned.js';
import { proofQuery, TOGETHER, type ObjectState, type ProofScope } from './proof-query.js';

/** What a run may change, as it declared. */
export interface Declared {
  readonly scope: ProofScope;
  /** Whether it declared that this property becomes another one, or goes. */
  readonly covers: (state: ObjectState, change: 'changed' | 'gone') => boolean;
}

/** Every property of every object at one moment. */
export type States = ReadonlyMap<string, ObjectState>;

/**
 * Reads every property of every object, hashed. The names in it do not depend on the search path.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readStates(session: Session, scope: ProofScope): Promise<States> {
  const states = await underCatalogPath(session, (read) => read<ObjectState>(proofQuery(scope)));
  return new Map(
    states.map((read) => {
      const state = partUnderOldName(read, scope);
      return [JSON.stringify([state.kind, state.schema, state.relation, state.name, state.aspect]), state];
    }),
  );
}

/**
 * Remembers everything that is there.
 * @returns what reads it again, and throws {@link UpgradeError} YF502 where anything changed that was not declared
 * @throws {DatabaseError | ConnectionLost}
 */
export async function beginProof(session: Session, declared: Declared): Promise<() => Promise<void>> {
  const before = await readStates(session, declared.scope);
  return async () => requireUnchanged(before, await readStates(session, declared.scope), declared);
}

/** The constraints and indexes of a table that gets another name are named after it. */
function partUnderOldName(state: ObjectState, { renames }: ProofScope): ObjectState {
  const rename = renames.find(({ from }) => from === state.relation);
  if (rename === undefined || (state.kind !== 'constraint' && state.kind !== 'index')) return state;
  const before = partBefore(rename, state.name);
  return before === undefined ? state : { ...state, name: before };
}

/** What differs between two moments and was not declared, in words. New objects do not count. Pure. */
export function undeclared(before: States, after: States, { covers }: Declared): string[] {
  const changes = [...before].flatMap(([key, state]): [ObjectState, 'changed' | 'gone'][] => {
    const now = after.get(key);
    return now?.state === state.state ? [] : [[state, now === undefined ? 'gone' : 'changed']];
  });
  const objects = new Set([...before.values()].map(objectOf));
  // A right or an option that something did not have before.
  const added = [...after].flatMap(([key, state]): [ObjectState, 'changed'][] =>
    !before.has(key) && (state.aspect === 'rights' || state.aspect === 'options') && objects.has(objectOf(state))
      ? [[state, 'changed']]
      : [],
  );
  const differences = [...changes, ...added]
    .filter(([state, change]) => !covers(state, change))
    .map(([state, change]) => describe(state, change));
  return [...new Set(differences)];
}

const objectOf = ({ kind, schema, relation, name }: ObjectState) => JSON.stringify([kind, schema, relation, name]);

function describe({ kind, schema, relation, name, aspect }: ObjectState, change: 'changed' | 'gone'): string {
  if (kind === TOGETHER) return `one of the ${TOGETHER} in schema ${schema}: its rows in ${name} are not as they were`;
  const owner = [schema, relation].filter(Boolean).join('.');
  const object =
    kind === 'relation'
      ? owner
      : `${kind.startsWith('pg_') ? '' : `${kind} `}${[name, ...(owner === '' ? [] : [relation === '' ? `in ${owner}` : `of ${owner}`])].join(' ')}`;
  return aspect === 'everything' || aspect === 'definition'
    ? `${object}: ${change === 'gone' ? 'gone' : 'another one'}`
    : `${object}: its ${aspect} ${change === 'gone' ? 'are gone' : 'would differ'}`;
}

/** The most differences that one error names. */
const NAMED = 20;

/**
 * Lets a transaction go on only if everything but what was declared is as it was before the steps.
 * @throws {UpgradeError} YF502
 */
export function requireUnchanged(before: States, after: States, declared: Declared): void {
  const differences = undeclared(before, after, declared);
  if (differences.length === 0) return;
  const more = differences.length - NAMED;
  throw new UpgradeError({
    code: 'YF502',
    message: `${differences.length === 1 ? 'Something of yours' : `${differences.length} things of yours`} would not be as before, so everything was rolled back.`,
    found: [...differences.slice(0, NAMED), ...(more > 0 ? [`and ${more} more`] : [])],
    remedy:
      'If somebody else changed it just now, run the same command again. Otherwise save its definition, take it away, and make it again after the upgrade.',
  });
}
