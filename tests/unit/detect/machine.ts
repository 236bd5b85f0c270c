import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { realSurroundings, type Surroundings } from '../../../src/machine/surroundings.js';

/** A real, empty home folder that goes away with the test. */
export interface Machine {
  readonly home: string;
  /** Writes a file below the home folder and returns its path. */
  write(path: string, content: string): string;
  /** What detection sees: this home, only these variables, and the real file system. */
  surroundings(env?: Record<string, string>, overrides?: Partial<Surroundings>): Surroundings;
}

export function machine(): Machine {
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-detect-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return {
    home,
    write(path, content) {
      const full = join(home, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      return full;
    },
    surroundings: (env = {}, overrides = {}) => ({
      ...realSurroundings({ HOME: home, USERPROFILE: home, ...env }),
      cwd: home,
      userName: 'someone',
      ...overrides,
    }),
  };
}

/** The error that a call ends in; fails the test when it ends well. */
export async function failureOf<E extends Error>(type: new (...args: never[]) => E, call: () => unknown): Promise<E> {
  try {
    await call();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error(`${type.name} was expected, and nothing was thrown`);
}
