import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerOf, ownerTag, tagPattern } from '../machine/owner-tag.js';
import { shellWord } from '../inert/shell.js';
import { formatBytes } from '../inert/words.js';
import { looksLikeOurs } from '../inspection/findings.js';
import type { Listener } from '../engine/progress.js';

/** What the name of the temporary folder of a rehearsal begins with; it tells who made it. */
export function temporaryPrefix(): string {
  return `yokeflow-upgrade-rehearsal-${ownerTag()}-`;
}

export function partialName(name: string): string {
  return `${name}.${ownerTag()}.partial`;
}

const partial = new RegExp(`^.+-[^-]+-\\d{8}T\\d{6}Z(?:-\\d+)?(?:\\.(${tagPattern}))?\\.partial$`);
/** Those of a rehearsal, of the key and certificates of a connection, and of a list for pg_restore (database/programs/). */
const temporary = new RegExp(`^yokeflow-upgrade-(?:rehearsal|tls|list)-(?:(${tagPattern})-)?[A-Za-z0-9]{6}$`);
/** All that this program ever puts into one. */
const contents = /\.(?:dump|partial|crt|key|list)$/;

/**
 * Removes the unfinished backups that killed runs have left in a folder, and names those that may still be in use.
 * Leaves alone files of other users and links. Never throws.
 */
export async function removePartials(folder: string, on: Listener): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = partial.exec(name);
    const path = join(folder, name);
    const facts = found && (await lstat(path).catch(() => undefined));
    if (!facts?.isFile() || !isMine(facts.uid)) continue;
    const what = `${formatBytes(facts.size)} of a backup that did not come to its end`;
    await removeOrName({ kind: 'file', path, tag: found?.[1], what }, on);
  }
}

/**
 * Removes the temporary folders that killed runs have left: a dump of a rehearsal holds every row of the database.
 * Never throws.
 */
export async function removeTemporary(on: Listener, parent = tmpdir()): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const found = temporary.exec(name);
    const path = join(parent, name);
    const facts = found && (await lstat(path).catch(() => undefined));
    if (!facts?.isDirectory() || !isMine(facts.uid)) continue;
    const inside = await readdir(path, { withFileTypes: true }).catch(() => undefined);
    if (inside === undefined) continue;
    const strange = inside.find((entry) => !entry.isFile() || !contents.test(entry.name));
    const what = 'temporary files of a run that did not come to its end';
    await removeOrName(
      {
        kind: 'folder',
        path,
        tag: strange ? undefined : found?.[1],
        what,
        ...(strange && { because: `it holds ${strange.name}` }),
      },
      on,
    );
  }
}

interface Remains {
  readonly kind: 'file' | 'folder';
  readonly path: string;
  /** Who made it; undefined where its name does not say so, or it holds what is not ours. */
  readonly tag: string | undefined;
  readonly what: string;
  readonly because?: string;
}

async function removeOrName(
  { kind, path, tag, what, because = 'an older version made it, and whether that still runs it does not say' }: Remains,
  on: Listener,
): Promise<void> {
  const owner = tag === undefined ? 'unknown' : ownerOf(tag);
  if (owner === 'running') return;
  const remedy = `If no run of yokeflow-upgrade is at work on it: rm ${kind === 'folder' ? '-r ' : ''}${shellWord(path)}`;
  if (owner === 'unknown') {
    const why =
      tag === undefined ? because : 'it was made on another machine or in another container, and may be in use there';
    on({ phase: 'noted', finding: looksLikeOurs(`the ${kind} ${path}`, `${what}; ${why}`, remedy) });
    return;
  }
  try {
    // rm takes a link itself away and never what it leads to.
    await rm(path, { recursive: kind === 'folder' });
    on({ phase: 'removed', kind, name: path, reason: `${what}; its process is gone` });
  } catch (error) {
    on({
      phase: 'noted',
      finding: looksLikeOurs(
        `the ${kind} ${path}`,
        `${what}; it could not be removed: ${(error as Error).message}`,
        remedy,
      ),
    });
  }
}

/** Windows has no user ids, and its folder for temporary files is one user's own. */
export const isMine = (uid: number) => process.getuid === undefined || uid === process.getuid();
