import { commandLineSource, commandLineTarget } from '../detect/direct.js';
import { chosenOption, namedWords } from '../detect/choose.js';
import type { UpgradeError } from '../errors/error.js';
import { withCommands, type Remedy } from '../errors/remedy.js';
import { realSurroundings } from '../machine/surroundings.js';
import type { FindOptions, ReleaseOption } from './options.js';
import type { Outcome } from './outcome.js';
import { databaseUrlOf } from '../database/database-url.js';
import { shellWord } from '../inert/shell.js';

/** A command line with one of these needs no database. */
const withoutDatabase: ReadonlySet<string> = new Set(['completion', 'demo', 'explain', '--help']);

/**
 * The options of this run that name its database, for the next command line, with a space before each. Typed without them, a `rollback`
 * or an `upgrade` could meet another database than the one that the message is about.
 * Only what was typed: a database that was found without options is found without them again.
 */
export const databaseOptions = (settings: FindOptions, target: Outcome['target']): string =>
  databaseWords(settings, target)
    .map((word) => ` ${word}`)
    .join('');

function databaseWords(
  { container, databaseUrl, databaseUrlFile, engine, kube, project = '.', schema, database, user, port }: FindOptions,
  target: Outcome['target'],
): string[] {
  // No password is printed, and in a URL that could not be used the place of the password is unknown.
  const url = target?.kind === 'direct' && target.source === commandLineSource ? databaseUrlOf(target) : 'URL';
  // The user chose among several databases, so the next command needs the option.
  const chosen =
    target && [container, databaseUrl, databaseUrlFile, kube].every((one) => one === undefined)
      ? chosenOption(target)
      : undefined;
  // What was found by looking in the container that the user named.
  const looked =
    (container ?? kube) !== undefined && target?.kind === 'docker' && database === undefined ? namedWords(target) : [];
  const within = schema ?? (target?.kind === 'embedded' ? undefined : target?.schema);
  return [
    ...(chosen ?? []),
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(kube === undefined ? [] : ['--kube', kube]),
    ...(container === undefined ? [] : ['--container', container]),
    ...looked,
    ...(database === undefined || chosen?.includes('--database') ? [] : ['--database', database]),
    ...(user === undefined || [...(chosen ?? []), ...looked].includes('--user') ? [] : ['--user', user]),
    ...(port === undefined || [...(chosen ?? []), ...looked].includes('--port') ? [] : ['--port', String(port)]),
    ...(databaseUrl === undefined ? [] : ['--database-url', url]),
    ...(databaseUrlFile === undefined ? [] : ['--database-url-file', databaseUrlFile]),
    ...(project === '.' ? [] : ['--project', project]),
    ...(within === undefined ? [] : ['--schema', within]),
  ].map((word) => shellWord(word));
}

/** The commands that go to a release: what was typed after --to is meant by the next one too. */
const toRelease: ReadonlySet<string> = new Set(['upgrade', 'plan', 'status', 'verify', 'rehearse']);

/** What follows the name of a command that is the next to type. */
const goalWords = (command: string | undefined, { to }: ReleaseOption): string[] =>
  to !== undefined && command !== undefined && toRelease.has(command) ? ['--to', shellWord(to)] : [];

/** The options for the next `yokeflow-upgrade upgrade`, with a space before each. */
export const upgradeOptions = (settings: FindOptions & ReleaseOption, target: Outcome['target']): string =>
  databaseOptions(settings, target) +
  goalWords('upgrade', settings)
    .map((word) => ` ${word}`)
    .join('');

/** An error that sends its reader to the database that this run was about. */
export function sameDatabaseError(
  error: UpgradeError,
  settings: FindOptions & ReleaseOption,
  target: Outcome['target'],
): UpgradeError {
  return error.with({ remedy: sameDatabaseRemedy(error.advice, settings, target) });
}

/** The same for a remedy alone. */
export function sameDatabaseRemedy(
  remedy: Remedy,
  settings: FindOptions & ReleaseOption,
  target: Outcome['target'],
): Remedy {
  const options = databaseWords(settings, target);
  return withCommands(remedy, (words) =>
    words.some((word) => withoutDatabase.has(word))
      ? words
      : [
          ...words.slice(0, 1),
          ...options,
          ...(words.includes('--to') ? [] : goalWords(words[0], settings)),
          ...words.slice(1),
        ],
  );
}

/** Errors of a command line that come before the search for its database. */
const beforeSearch: ReadonlySet<string> = new Set(['YF102', 'YF106', 'YF344']);

/**
 * The target of a run, for its next command; where it ended before the search, that which its command line names.
 * @param named reads `--database-url`; it may fail
 */
export async function targetOfRun(
  { error, target }: Pick<Outcome, 'error' | 'target'>,
  { databaseUrl, project }: FindOptions,
  named = (url: string) => commandLineTarget(url, realSurroundings(), project),
): Promise<Outcome['target']> {
  if (target !== undefined || databaseUrl === undefined || !beforeSearch.has(error?.code ?? '')) return target;
  return named(databaseUrl).catch(() => undefined);
}
