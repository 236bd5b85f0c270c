import { shellWord } from '../inert/shell.js';
import type { EngineAddress } from './engine-address.js';

/** What is done to a container by hand. */
type Verb = 'start' | 'restart' | 'unpause' | 'logs';

/**
 * The line of docker, podman or kubectl that does something to a container, on the engine that it was found on.
 * @param lines how many lines of the log
 */
export function engineLine(engine: EngineAddress, verb: Verb, container: string, lines?: number): string {
  const tail = lines === undefined ? [] : ['--tail', String(lines)];
  // Without it, kubectl shows the log of a pod's first container.
  const all = engine.pod && verb === 'logs' ? ['--all-containers'] : [];
  return [...programWords(engine), verb, ...all, ...tail, ...(engine.pod ? [engine.pod.name] : [container])]
    .map((word) => shellWord(word))
    .join(' ');
}

/** The program with the options that lead to this engine, where it would not go there by itself. */
function programWords({ kind, url, program = 'docker', pod, option, isUsual }: EngineAddress): string[] {
  if (pod) return ['kubectl', ...(pod.context ? ['--context', pod.context] : []), '-n', pod.namespace];
  if (program === 'podman' || kind === 'command') return [program];
  if (option !== undefined && option !== url && !/[/:]/.test(option)) return [program, '--context', option];
  return [program, ...(option !== undefined || isUsual === false ? ['-H', url] : [])];
}
