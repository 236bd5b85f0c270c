import { UpgradeError } from '../errors/error.js';

interface Ways {
  readonly container?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly engine?: string | undefined;
  readonly kube?: string | undefined;
}

const names = {
  container: '--container',
  databaseUrl: '--database-url',
  engine: '--engine',
  kube: '--kube',
} as const;

const exclusive: readonly (readonly [keyof Ways, keyof Ways])[] = [
  ['container', 'databaseUrl'],
  ['engine', 'databaseUrl'],
  ['kube', 'databaseUrl'],
  ['kube', 'container'],
  ['kube', 'engine'],
];

/** @throws {UpgradeError} YF103 where two options name two databases */
export function refuseBoth(ways: Ways): void {
  for (const [one, other] of exclusive) {
    if (ways[one] === undefined || ways[other] === undefined) continue;
    throw new UpgradeError({
      code: 'YF103',
      message: `${names[one]} and ${names[other]} exclude each other.`,
      remedy: 'Give the one that names the database to upgrade.',
    });
  }
}
