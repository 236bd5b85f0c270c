import type { TakenName } from '../catalog/snapshot.js';
import type { UpgradeError } from '../errors/error.js';
import { own, type OwnCommand } from '../errors/remedy.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import { refusals } from './refusals.js';

/** How many names a message lists. */
const LISTED = 8;

/**
 * Refuses what would alter, replace or drop something that is not YokeFlow's, with the statements that free the names. Pure.
 * @param purpose what needs the names, to begin a sentence
 * @param next the command to run once the names are free
 */
export function takenObstacles(
  taken: readonly TakenName[],
  purpose: string,
  next: OwnCommand = own('upgrade'),
): UpgradeError[] {
  const names = [...new Set(taken.map(({ name }) => visible(name)))];
  const listed = `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}`;
  const statements = [...new Set(taken.map(({ rename }) => rename))].map(inertSql).join(' ');
  const otherwise = [...new Set(taken.flatMap((one) => one.otherwise ?? []))]
    .map((way) => ` (${inertSql(way)})`)
    .join('');
  return refusals(
    taken.length > 0 && {
      code: 'YF322',
      message: `${purpose} ${names.length === 1 ? 'a name that is taken' : `${names.length} names that are taken`}, by something that is not YokeFlow's: ${listed}.`,
      found: taken.map(({ needed, what }) => `needed for a ${needed}: ${what}`),
      remedy: [
        `Give ${names.length === 1 ? 'it another name' : 'them other names'}, in psql: ${statements}${otherwise} Then run: `,
        next,
        `. If YokeFlow's tables are elsewhere, name that place with --database-url URL or --schema NAME.`,
      ],
    },
  );
}
