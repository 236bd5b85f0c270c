import type { EngineFailure } from '../../docker/engine-failure.js';
import type { CommandFailed } from './command-failed.js';

/** What the words of docker or podman mean, where the command itself is the engine. Pure. */
export function podmanFailure({ program, words, code }: CommandFailed): EngineFailure {
  if (code === 'ENOENT') {
    return {
      code: 'YF249',
      reason: `there is no command ${program} on the PATH`,
      remedy: `Install ${program}, or name another engine: --engine CONTEXT|URL`,
    };
  }
  if (code !== undefined || /permission denied|operation not permitted/i.test(words)) {
    return {
      code: 'YF210',
      reason: `${program} may not be used: ${code ?? lastLine(words)}`,
      remedy: `See what it says: ${program} ps. A container that root has started is seen by root only: sudo ${program} ps`,
    };
  }
  return {
    code: 'YF203',
    reason: lastLine(words) || `${program} ended without a word`,
    remedy: `See what it says: ${program} ps`,
  };
}

function lastLine(words: string): string {
  return words.split('\n').at(-1)?.trim() ?? '';
}
