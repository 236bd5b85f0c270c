import { commandLineSource } from '../detect/direct.js';
import { chosenOption } from '../detect/choose.js';
import { UpgradeError } from '../errors/error.js';
import type { FindOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { databaseUrlOf } from '../database/database-url.js';
import { shellWord } from '../inert/shell.js';

/** A command line of this program, as messages give it: `yokeflow-upgrade status`. Not where its database is named already. */
const ownCommand =
  /\byokeflow-upgrade (?:upgrade|status|plan|verify|rehearse|backup|restore|rollback)\b(?! --help)(?!.*--(?:container|database-url|project)\b)/g;

/**
 * The options of this run that name its database, for the next command line, with a space before each. Typed without them, a `rollback`
 * or an `upgrade` could meet another database than the one that the message is about.
 * Only what was typed: what was found alone is found alone again.
 */
export function databaseOptions(
  { container, databaseUrl, project = '.', schema }: FindOptions,
  target: Outcome['target'],
): string {
  // No password is printed, and of a URL that led nowhere it is not known where one stands in it.
  const url = target?.kind === 'direct' && target.source === commandLineSource ? databaseUrlOf(target) : 'URL';
  // What was chosen among several is not found alone again.
  const chosen = target && container === undefined && databaseUrl === undefined ? chosenOption(target) : undefined;
  const words = [
    ...(chosen ?? []),
    ...(container === undefined ? [] : ['--container', container]),
    ...(databaseUrl === undefined ? [] : ['--database-url', url]),
    ...(project === '.' ? [] : ['--project', project]),
    ...(schema === undefined ? [] : ['--schema', schema]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}

/** A text in which every command line of this program that needs a database has `options`. */
export function withOptions(text: string, options: string): string {
  return options === '' ? text : text.replace(ownCommand, (line) => `${line}${options}`);
}

/** An error that sends its reader to the database that this run was about. */
export function sameDatabaseError(error: UpgradeError, settings: FindOptions, target: Outcome['target']): UpgradeError {
  const remedy = withOptions(error.remedy, databaseOptions(settings, target));
  return new UpgradeError({ ...error, message: error.message, cause: error.cause, remedy });
}
