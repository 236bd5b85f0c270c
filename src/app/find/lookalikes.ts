import type { Candidate } from '../../detect/candidates.js';
import type { Attempt, Lookalike } from '../../database/target.js';
import { connector } from '../../database/connect.js';
import { briefly } from './candidates.js';
import { databasesWithYokeflow, readInside } from './look-inside.js';

/** How many containers are looked into. */
const MOST = 8;

/** What containers that only look like PostgreSQL were found to hold. */
export interface LookedInto {
  readonly candidates: readonly Candidate[];
  /** Those without YokeFlow. */
  readonly attempts: readonly Attempt[];
}

/** Looks into containers that only look like PostgreSQL, all at once: one that holds YokeFlow is a candidate. Changes nothing. */
export async function lookInto(lookalikes: readonly Lookalike[]): Promise<LookedInto> {
  const looked = await Promise.all(
    lookalikes.slice(0, MOST).map(async ({ target, place }) => {
      const seen = await briefly(connector(target), readInside);
      const tried = `inside container ${place.container} on ${place.engine.url}`;
      if (typeof seen === 'string' && !/has no database/.test(seen)) return { attempts: [{ tried, failed: seen }] };
      const here = typeof seen === 'object' && seen.schemas.length > 0 ? [target.database] : [];
      const databases =
        here.length > 0
          ? here
          : await databasesWithYokeflow(target, typeof seen === 'object' ? seen.others : undefined);
      return {
        candidates: databases.map(
          (database): Candidate => ({
            target: {
              ...target,
              database,
              reason: `found by looking: ${place.container} holds YokeFlow's tables`,
              ...(database !== target.database && {
                named: [...new Set([...(target.named ?? []), 'database' as const])],
              }),
            },
            place,
            otherWays: [],
            database,
          }),
        ),
        attempts: databases.length === 0 ? [{ tried, failed: `no YokeFlow in it (database ${target.database})` }] : [],
      };
    }),
  );
  return {
    candidates: looked.flatMap(({ candidates = [] }) => candidates),
    attempts: looked.flatMap(({ attempts }) => attempts),
  };
}
