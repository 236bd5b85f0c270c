import { commandLineSource } from './direct.js';
import { databaseUrlOf } from '../database/database-url.js';
import { chosenOption, namedWords } from './choose.js';
import { containerWords, execWords } from './container-words.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';
import { shellWord } from '../inert/shell.js';

/** The line that goes back to a backup of a target, to be typed where this command was typed. */
export function restoreLine(target: Target, file: string): string {
  return ['yokeflow-upgrade', 'restore', file, ...targetOptions(target)].map((word) => shellWord(word)).join(' ');
}

/** The options that lead to the same database again. What stands in the environment or in `.env` still does. */
function targetOptions(target: Target): string[] {
  const chosen = chosenOption(target);
  if (chosen !== undefined) return chosen;
  if (target.kind === 'docker') return [...containerWords(target), ...namedWords(target)];
  if (target.kind === 'direct' && target.container !== undefined) return ['--container', target.container];
  if (target.kind === 'direct' && target.source.startsWith(`${commandLineSource}-file `))
    return [`${commandLineSource}-file`, target.source.slice(`${commandLineSource}-file `.length)];
  if (target.kind === 'direct' && target.source === commandLineSource) return ['--database-url', databaseUrlOf(target)];
  return [];
}

/** A name that begins with a hyphen would be read as options. */
const asName = (name: string): string[] => (name.startsWith('-') ? ['--', name] : [name]);

/** The line that drops a database which a restore has put aside. */
export function dropLine(target: DockerTarget | DirectTarget, database: string): string {
  // dropdb takes a name as it is, even one like a connection string, but not as an option.
  if (target.kind === 'docker') {
    return [...execWords(target), 'dropdb', '-U', target.user, ...asName(database)]
      .map((word) => shellWord(word))
      .join(' ');
  }
  return ['dropdb', '-h', target.host, '-p', String(target.port), '-U', target.user, ...asName(database)]
    .map((word) => shellWord(word))
    .join(' ');
}
