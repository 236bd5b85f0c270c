import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { program } from '../command.js';

/** A user's home for the commands of a page. */
export interface PageHome {
  readonly home: string;
  /** A folder for the PATH, with the command in it. */
  readonly bin: string;
  /** YokeFlow's folder, which nobody has made yet. */
  readonly folder: string;
}

/** Makes a home that goes with the test. */
export function pageHome({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): PageHome {
  const home = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-page-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'yokeflow-upgrade'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  return { home, bin, folder: join(home, 'yokeflow') };
}
