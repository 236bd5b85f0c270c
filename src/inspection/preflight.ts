import semver from 'semver';
import type { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { namesOf } from '../catalog/keys.js';
import { visible } from '../inert/visible.js';
import { shellWord } from '../inert/shell.js';
import type { Inspection } from './inspection.js';
import type { Newer } from '../planning/newer.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { lineOf, lines, reachable } from '../releases/registry.js';
import type { Version } from '../planning/version.js';
import type { Release } from '../releases/release.js';
import { refusals, type Refusal } from './refusals.js';

/**
 * Why this database must not, or cannot, be upgraded at all; undefined where it may. Pure.
 * @param asked the release to reach, as it was given to `--to`
 */
export function refusal({ snapshot, version }: Inspection, asked?: string): UpgradeError | undefined {
  const { schema, candidateSchemas } = snapshot;
  const database = visible(snapshot.database);
  const [first] = refusals(
    candidateSchemas.length > 1 && !candidateSchemas.includes(schema) && severalSchemas(candidateSchemas),
    version.state === 'empty' && {
      code: 'YF301',
      message: `The database ${database} is empty: it has no tables at all.`,
      remedy: [
        "If your data should be here, check that this is the right database (--container NAME or --database-url URL). If this is a fresh installation, load YokeFlow's schema: ",
        own('upgrade', '--init'),
      ],
    },
    version.state === 'foreign' && {
      code: 'YF302',
      message: `The database ${database} is not YokeFlow's: the tables projects, sessions, epics, tasks and tests (or task_tests, of 2.x) are not in it.`,
      found: [`schema ${visible(schema)}: ${tables(snapshot)}`],
      remedy: "Name YokeFlow's database with --container NAME or --database-url URL, or its schema with --schema NAME.",
    },
    version.newer !== null && ofLaterLine(version.newer, version.target),
    version.beyond !== null && {
      code: 'YF310',
      message: `${beyondText(version)}, which is newer than ${askedText(asked, version.target)}.`,
      remedy: 'Leave --to out to reach the newest release.',
    },
    version.missingBaseTables.length > 0 && {
      code: 'YF304',
      message: `Tables that every YokeFlow ${version.line.name} has are missing: ${version.missingBaseTables.join(', ')}.`,
      remedy: 'Restore them from a backup first; no upgrade step can make them anew.',
    },
  );
  return first;
}

/** How far a database is beyond the release to reach. */
function beyondText({ release, condition, beyond, target }: Version): string {
  if (release === null || !semver.gt(release.version, target.version))
    return `The database holds parts of ${beyond?.version} already`;
  return condition === 'incomplete'
    ? `The database holds parts of ${release.version} already`
    : `The database is at ${release.version}`;
}

/** A release by the number that was asked for, which others may share a schema with. */
const askedText = (asked: string | undefined, { version, sameSchemaAs }: Release) =>
  asked !== undefined && sameSchemaAs.includes(asked) ? `${asked} (its schema is that of ${version})` : version;

const newestOf2x = reachable.at(-1)?.version ?? '';

function ofLaterLine(newer: Newer, goal: Release): Refusal {
  const target = goal.version;
  const another = 'If you meant another database, name it with --container NAME or --database-url URL.';
  if (newer.condition === 'over an earlier one') {
    return {
      code: 'YF303',
      message: `The schema of YokeFlow 2.1.0 or 2.2.0 was loaded over this database, which was of an earlier release. Neither is this ${target} any more, nor can 2.x see the old tests.`,
      found: ['the table tests of the earlier release and the table task_tests of the later one are both there'],
      remedy: [
        'To go on to 2.x, with every row: ',
        own('upgrade', '--to', newestOf2x),
        `. To go back, restore a backup from before: yokeflow-upgrade restore FILE. ${another}`,
      ],
    };
  }
  return {
    code: 'YF303',
    message: `This is YokeFlow ${newer.version ?? '2.x'}${newer.condition === 'cut short' ? ', though not all of its tables are there' : ''}. Its schema is another one than that of 1.x: there is nothing to upgrade to ${target} here, and nothing to roll back.`,
    remedy:
      lineOf(goal) === lines[0] && newer.version !== null
        ? `Leave it as it is, or leave --to out to reach the newest 2.x. ${another}`
        : `Restore a backup, or leave it as it is. ${another}`,
  };
}

/** Why nobody can tell which YokeFlow is meant where no schema was named; undefined where there is only one. Pure. */
export function severalYokeflows({
  snapshot: { wholeSchemas },
}: Pick<Inspection, 'snapshot'>): UpgradeError | undefined {
  return refusals(wholeSchemas.length > 1 && severalSchemas(wholeSchemas))[0];
}

function severalSchemas(schemas: readonly string[]): Refusal {
  return {
    code: 'YF305',
    message: `YokeFlow's tables are in several schemas: ${schemas.map(visible).join(', ')}.`,
    remedy: `Say which one is in use: --schema ${shellWord(schemas[0] ?? '')}`,
  };
}

/** How many tables of another program a refusal names. */
const NAMED = 8;

function tables({ objects, tableCount }: Snapshot): string {
  const names = namesOf(objects.keys(), 'table').slice(0, NAMED).map(visible);
  return names.length === 0
    ? 'no tables'
    : `${names.join(', ')}${tableCount > NAMED ? ` and ${tableCount - NAMED} more` : ''}`;
}
