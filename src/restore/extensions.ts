import { kindOf, type ArchiveEntry } from '../backup/entries.js';
import type { Session } from '../database/session.js';
import { quoteIdentifier } from '../database/quote.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import type { Filling } from '../scratch/run-restore.js';
import { textOf } from '../scratch/finish.js';
import type { Finding } from '../inspection/findings.js';
import {
  extensionFindings,
  unmakeableByNameQuery,
  whyUnmakeable,
  type UnmakeableExtension,
} from '../inspection/preflight-checks/extensions.js';

/** Where an archive is restored to, as far as extensions go. */
export interface ArchiveToRestore extends Pick<Filling, 'programs' | 'file' | 'signal'> {
  readonly entries: readonly ArchiveEntry[];
  /** Extensions of the database that is there which this role could not make, with what is built on them. */
  readonly present: readonly UnmakeableExtension[];
}

/** The extensions that an archive makes. Pure. */
export function extensionsIn(entries: readonly ArchiveEntry[]): string[] {
  return entries
    .filter((entry) => kindOf(entry) === 'EXTENSION')
    .flatMap(({ what }) => /^EXTENSION \S+ (\S+)/.exec(what)?.[1] ?? []);
}

/**
 * What of an archive's extensions this role cannot make here. A restore goes on without one that no table is built on.
 * @param admin a session of the role that restores
 * @throws {UpgradeError} YF356 where a table of the archive is built on one of them, as far as the database that is there tells
 */
export async function readUnmakeable(admin: Session, archive: ArchiveToRestore): Promise<Finding[]> {
  const names = extensionsIn(archive.entries).filter((name) => name !== 'plpgsql');
  if (names.length === 0) return [];
  const missing = (
    await admin.rows<Pick<UnmakeableExtension, 'name' | 'because' | 'role'>>(unmakeableByNameQuery(names))
  ).map((one) => ({
    ...one,
    tables: null,
    members: archive.present.find(({ name }) => name === one.name)?.members ?? [],
  }));
  const members = missing.flatMap((one) => one.members);
  const tables = archive.entries.filter((entry) => kindOf(entry) === 'TABLE');
  const text = members.length > 0 && tables.length > 0 ? await textOf(archive, tables) : '';
  const needed = missing
    .map((one) => ({ ...one, needed: one.members.filter((member) => mentions(text, member)) }))
    .filter((one) => one.needed.length > 0);
  if (needed.length > 0) throw cannotMake(needed, 'A restore of this backup', 'restore FILE');
  return extensionFindings(missing);
}

/** Whether SQL that pg_dump wrote names it: always with its schema, each part in quotes where it has to be. */
function mentions(sql: string, member: string): boolean {
  const [schema = '', name = ''] = member.split(/\.(.*)/);
  const spelled = [schema, name]
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : quoteIdentifier(part)))
    .join('.');
  for (let at = sql.indexOf(spelled); at !== -1; at = sql.indexOf(spelled, at + 1)) {
    if (!/[\w$"]/.test(sql[at + spelled.length] ?? '') && !/[\w$".]/.test(sql[at - 1] ?? '')) return true;
  }
  return false;
}

/** The refusal to begin what cannot come to its end. */
export function cannotMake(
  extensions: readonly Pick<UnmakeableExtension, 'name' | 'because' | 'role'>[],
  what: string,
  command: string,
): UpgradeError {
  const bySuperuser = extensions.every(({ because }) => because === 'superuser');
  return new UpgradeError({
    code: 'YF356',
    exitCode: ExitCode.refused,
    message: `${what} needs ${extensions.length === 1 ? 'an extension' : 'extensions'} that cannot be made: ${extensions.map(({ name }) => name).join(', ')}. Tables are built on ${extensions.length === 1 ? 'it' : 'them'}.`,
    found: extensions.map(whyUnmakeable),
    remedy: [
      bySuperuser
        ? 'Connect as a superuser with --database-url URL'
        : "Install the extension's files on the server, or take one that has them",
      '; then run: ',
      own(command),
    ],
  });
}
