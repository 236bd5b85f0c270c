import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { isScratchName, olderBeginning, type Purpose } from './names.js';

/**
 * The connection limit of a scratch database, which nobody else would choose. A comment can only be made after its
 * database, and a run may be killed between the two; CREATE DATABASE sets the limit and makes the database at once.
 * CREATE DATABASE … TEMPLATE does not copy it.
 */
export const MARK_LIMIT = 0x596f6b65; // "Yoke"

/** What versions up to 0.1 wrote on theirs, some moments after they had made it. */
const olderComments: Record<Purpose, string> = {
  restore: 'yokeflow-upgrade: a restore in the making',
  rehearsal: 'yokeflow-upgrade: a copy to rehearse on',
};

/** A database as far as its marks go. */
export interface Marked {
  readonly oid: number;
  readonly name: string;
  readonly connectionLimit: number;
  readonly comment: string | null;
}

/** Every database of the server with what could mark it. */
export const markedQuery = `
  SELECT oid::int8 AS oid, datname AS name, datconnlimit AS "connectionLimit", shobj_description(oid, 'pg_database') AS comment
    FROM pg_database ORDER BY datname`;

/**
 * What a scratch database says of itself. The number is its own: a comment that somebody copied, as pg_dump --create
 * does, names another.
 */
export function markStatement(
  { oid, name }: Pick<Marked, 'oid' | 'name'>,
  database: string,
  purpose: Purpose,
  now: Date,
): string {
  const text = `${markBeginning(database, purpose)}${now.toISOString()}. It is database number ${oid}, and may be dropped.`;
  return `COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quoteLiteral(text)}`;
}

const markBeginning = (database: string, purpose: Purpose) =>
  `yokeflow-upgrade: a scratch database for the ${purpose} of ${database}, begun `;

function begunAt({ comment, oid }: Marked, database: string, purpose: Purpose): string | undefined {
  const beginning = markBeginning(database, purpose);
  if (comment?.startsWith(beginning) !== true) return undefined;
  const [, at, number] =
    /^(\S+)\. It is database number (\d+), and may be dropped\.$/.exec(comment.slice(beginning.length)) ?? [];
  return Number(number) === oid ? at : undefined;
}

/** A database, and why it is dropped or not. */
export interface Judged {
  readonly name: string;
  readonly why: string;
}

/**
 * Tells what runs on this database that were killed have left from what only looks like it. A database is ours where
 * its name and its mark agree; either alone may be somebody's own. Pure.
 */
export function judgeLeftovers(
  all: readonly Marked[],
  database: string,
  purpose: Purpose,
): { ours: Judged[]; alike: Judged[] } {
  const ours: Judged[] = [];
  const alike: Judged[] = [];
  for (const found of all) {
    if (found.name === database) continue;
    const { name } = found;
    const verdict = judge(found, database, purpose, all);
    if (verdict === undefined) continue;
    (verdict.ours ? ours : alike).push({ name, why: verdict.why });
  }
  return { ours, alike };
}

function judge(
  found: Marked,
  database: string,
  purpose: Purpose,
  all: readonly Marked[],
): { ours: boolean; why: string } | undefined {
  const { name, comment, connectionLimit } = found;
  const begun = begunAt(found, database, purpose);
  if (isScratchName(name, database, purpose)) {
    if (begun !== undefined) return { ours: true, why: `an interrupted ${purpose} left it, begun ${begun}` };
    if (comment === null && connectionLimit === MARK_LIMIT)
      return { ours: true, why: `a ${purpose} that was interrupted as it began left it` };
    return {
      ours: false,
      why: `it has the name of a scratch database for a ${purpose}, and ${comment === null ? 'no mark' : 'a comment of its own'}`,
    };
  }
  if (begun !== undefined || comment?.startsWith(markBeginning(database, purpose))) {
    return {
      ours: false,
      why: `it bears this program's comment, and ${begun === undefined ? 'the comment is a copy' : 'its name is another'}`,
    };
  }
  return judgeOlder(found, database, purpose, all);
}

function judgeOlder(
  { name, comment }: Marked,
  database: string,
  purpose: Purpose,
  all: readonly Marked[],
): { ours: boolean; why: string } | undefined {
  const { beginning, cut } = olderBeginning(database, purpose);
  const isComment = comment === olderComments[purpose];
  if (!name.startsWith(beginning) || !/^(?:[0-9a-f]{8}|[a-z]{16})$/.test(name.slice(beginning.length))) {
    const ofAnother = new RegExp(`_${purpose}_[0-9a-f]{8}$`).test(name);
    return isComment && !ofAnother
      ? { ours: false, why: "it bears this program's comment, and its name is another" }
      : undefined;
  }
  if (!isComment)
    return { ours: false, why: `it has the name of what a ${purpose} leaves, and not this program's mark` };
  // Their names do not tell two databases apart that begin alike.
  const rival = cut
    ? all.find(
        (other) =>
          other.name !== database && other.name !== name && olderBeginning(other.name, purpose).beginning === beginning,
      )
    : undefined;
  if (rival !== undefined)
    return { ours: false, why: `a ${purpose} of an older version left it, of this database or of ${rival.name}` };
  return { ours: true, why: `an interrupted ${purpose} of an older version left it` };
}
