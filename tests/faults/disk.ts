import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { noSmallDisk, smallDisk } from '../support/small-disk.js';
import type { Disk } from './ground.js';

/** Room for the databases of a campaign, as a backup asks for, and little more. */
const BYTES = 64_000_000;

/** A disk for one campaign: small where one can be mounted, and gone after the test. */
export function diskForCampaign(): Disk {
  if (noSmallDisk === undefined) return { folder: smallDisk(BYTES), small: true };
  const folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, small: false };
}

/** Folders of its own for one run on a disk, and what fills that disk up. */
export function foldersOn({ folder, small }: Disk): {
  backups: string;
  temporary: string;
  fill: () => void;
  empty: () => void;
  remove: () => void;
} {
  const [backups, temporary] = [mkdtempSync(join(folder, 'backups-')), mkdtempSync(join(folder, 'tmp-'))];
  const filler = join(folder, 'filler');
  return {
    backups,
    temporary,
    fill: () => {
      if (!small) throw new Error('this disk is not to be filled up');
      fillUp(filler);
    },
    empty: () => rmSync(filler, { force: true }),
    remove: () => {
      for (const made of [backups, temporary]) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** Writes a file for as long as there is room: in large pieces, and the rest in small ones. */
function fillUp(file: string): void {
  for (const size of [1024 * 1024, 4096]) {
    const chunk = Buffer.alloc(size);
    try {
      for (;;) appendFileSync(file, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
