import { resolve } from 'node:path';
import type { Attempt, DirectTarget } from '../../database/target.js';
import type { Candidate } from '../../detect/candidates.js';
import { hostAndPort } from '../../database/host-and-port.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { FindOptions } from '../options.js';
import { tried, type Tried } from './tried.js';

/** The options that name a database or an engine, and whether what they are given may be shown. */
const options = [
  ['container', '--container', true],
  ['databaseUrl', '--database-url', false],
  ['databaseUrlFile', '--database-url-file', true],
  ['engine', '--engine', true],
  ['kube', '--kube', true],
  ['database', '--database', true],
  ['user', '--user', true],
  ['port', '--port', true],
  ['schema', '--schema', true],
] as const;

/** Every option that was given, and every place that may name a database: `DATABASE_URL`, PG* variables, `.env`. Pure. */
export function namedTried(
  given: FindOptions,
  candidates: readonly Candidate[],
  attempts: readonly Attempt[],
  from: Pick<Surroundings, 'cwd' | 'env'>,
): Tried[] {
  const values = given as Readonly<Record<string, string | number | undefined>>;
  const byOption = options.flatMap(([key, flag, isPlain]) =>
    values[key] === undefined ? [] : [tried('named', flag, true, isPlain ? `${values[key]} was given` : 'was given')],
  );
  // Whoever names the database means no other.
  if (['container', 'databaseUrl', 'databaseUrlFile', 'kube'].some((key) => values[key] !== undefined)) return byOption;
  const env = resolve(from.cwd, given.project ?? '.', '.env');
  let decides: string | undefined;
  const places = ['DATABASE_URL', 'PG* variables', env].map((place) => {
    const name = place === 'PG* variables' ? variablesSet(from.env) : place;
    if (decides !== undefined) return tried('named', name, false, `not looked at, because ${decides} comes before it`);
    const address = addressFrom(place, candidates);
    if (address.isNamed) decides = place;
    const failed = attempts.find((attempt) => attempt.tried === place)?.failed ?? address.failed;
    if (failed !== undefined) return tried('named', name, false, failed);
    const { target } = address;
    return tried(
      'named',
      name,
      true,
      target ? `names ${target.database} on ${hostAndPort(target)}, user ${target.user}` : 'names a database',
    );
  });
  return [...byOption, ...places];
}

function addressFrom(
  place: string,
  candidates: readonly Candidate[],
): { isNamed: boolean; target?: DirectTarget; failed?: string } {
  for (const { source, target, address, otherWays, unusable } of candidates) {
    const way = otherWays.find((one) => one.source === place);
    if (way) return { isNamed: true, target: way };
    if (source !== place) continue;
    const direct = target?.kind === 'direct' ? target : address;
    return { isNamed: true, ...(direct && { target: direct }), ...(unusable && { failed: unusable.failed }) };
  }
  return { isNamed: false };
}

/** The names alone: one of them holds a password. */
function variablesSet(env: Surroundings['env']): string {
  const names = Object.keys(env).filter((name) => /^PG[A-Z_]+$/.test(name) && env[name] !== '');
  return names.length === 0 ? 'PG* variables' : `PG* variables (${names.sort().join(', ')})`;
}
