import type { TakenName } from '../catalog/snapshot.js';
import type { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import { refusals } from './refusals.js';

/** How many names a message lists. */
const LISTED = 8;

/**
 * Refuses what would alter, replace or drop something that is not YokeFlow's, with the statements that free the names. Pure.
 * @param change what would meet them
 */
export function takenObstacles(taken: readonly TakenName[], change: 'upgrade' | 'rollback'): UpgradeError[] {
  const names = [...new Set(taken.map(({ name }) => visible(name)))];
  const listed = `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}`;
  const statements = [...new Set(taken.map(({ rename }) => rename))].map(inertSql).join(' ');
  const otherwise = [...new Set(taken.flatMap((one) => one.otherwise ?? []))]
    .map((way) => ` (${inertSql(way)})`)
    .join('');
  return refusals(
    taken.length > 0 && {
      code: 'YF322',
      message:
        change === 'upgrade'
          ? `The upgrade needs ${names.length === 1 ? 'a name that is taken' : `${names.length} names that are taken`}, by something that is not YokeFlow's: ${listed}.`
          : `The rollback would drop something that has a name of YokeFlow's and is not YokeFlow's: ${listed}.`,
      found: taken.map(({ needed, what }) => `needed for a ${needed}: ${what}`),
      remedy: [
        `Give ${names.length === 1 ? 'it another name' : 'them other names'}, in psql: ${statements}${otherwise} Then run: `,
        own(change),
        `. If YokeFlow's tables are elsewhere, name that place with --database-url URL or --schema NAME.`,
      ],
    },
  );
}
