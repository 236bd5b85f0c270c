import { commandLineSource } from './direct.js';
import { databaseUrlOf } from '../database/database-url.js';
import { chosenOption } from './choose.js';
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
  if (target.kind === 'docker' && target.engine.kind === 'kube') return ['--kube', target.engine.url];
  if (target.kind === 'docker')
    return [
      // What the environment names leads there again.
      ...(target.engine.source === '--engine' || target.engine.source.includes('(--engine)')
        ? ['--engine', target.engine.url]
        : []),
      '--container',
      target.container,
    ];
  if (target.kind === 'direct' && target.source === commandLineSource) return ['--database-url', databaseUrlOf(target)];
  return [];
}

/** How a program is run in the target's container by hand. */
function execWords({ engine, container, containerId }: DockerTarget): string[] {
  const { kind, pod, program = 'docker' } = engine;
  if (kind !== 'kube' || pod === undefined) return [program, 'exec', container];
  const inContainer = containerId.split('/')[1];
  return [
    'kubectl',
    ...(pod.context === undefined ? [] : ['--context', pod.context]),
    ...['-n', pod.namespace, 'exec', pod.name],
    ...(inContainer === undefined ? [] : ['-c', inContainer]),
    '--',
  ];
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
