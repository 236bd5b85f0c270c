import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';

export interface OtherNode {
  readonly path: string;
  /** As `20.9.0`. */
  readonly version: string;
  /** Whether the program promises to run with it (`engines` in package.json). */
  readonly isSupported: boolean;
}

/** The Nodes that YOKEFLOW_TEST_NODES names, by the paths of their binaries as in a PATH; `.ci/run` installs some from npm. */
export const otherNodes: readonly OtherNode[] = (process.env['YOKEFLOW_TEST_NODES'] ?? '')
  .split(delimiter)
  .filter(Boolean)
  .map((path) => {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return { path, version, isSupported: major > 20 || (major === 20 && minor >= 17) };
  });
