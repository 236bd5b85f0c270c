import { compare } from '../catalog/compare.js';
import { quoteIdentifier } from '../database/quote.js';
import { key } from '../catalog/keys.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import type { UpgradeError } from '../errors/error.js';
import type { Affected } from './affected/affected.js';
import type { Inspection } from './inspection.js';
import { describeHolder, type LockHolder } from './lock-holders.js';
import { commandsOfUpgrade, tagsOf } from './schema-commands.js';
import { conditionFindings } from './preflight-checks/conditions.js';
import { plural } from '../inert/words.js';
import type { Route } from './route.js';
import { READ_SET_ASIDE, SET_ASIDE_TABLE, type SetAside } from './set-aside.js';
import { lowerRolesCode } from './untrusted.js';
import type { Check } from './check.js';
import type { Version } from '../planning/version.js';
import type { Finding } from './finding.js';

/** What a look at a database is worth saying. Pure. */
export function findingsOf(seen: Omit<Inspection, 'findings'>): Finding[] {
  const { snapshot, version, affected, route, lockHolders, setAside: reviews, conditions } = seen;
  if (version.release === null) return [];
  return [
    ...(conditions ? conditionFindings(conditions, snapshot, tagsOf(commandsOfUpgrade(seen))) : []),
    ...openTransactions(lockHolders),
    ...pooler(route),
    ...lowerRolesCode(snapshot),
    ...defects(version),
    ...reviewsToMove(snapshot),
    ...drift(snapshot, version),
    ...setAside(affected),
    ...setAsideReviews(reviews),
    ...replaced(affected, snapshot),
    ...unrecorded(snapshot, version),
  ].map(inertFinding);
}

/** What stands in the way of an upgrade, for whoever only looks. */
export function asFinding({ code, message, found, remedy }: UpgradeError): Finding {
  return inertFinding({ code, title: [message, ...found].join(' '), remedy });
}

/** In one line each, whatever the names in it hold. */
function inertFinding({ code, title, remedy, subject }: Finding): Finding {
  return {
    code,
    title: visible(title),
    remedy: visible(remedy),
    ...(subject !== undefined && { subject: visible(subject) }),
  };
}

function openTransactions(holders: readonly LockHolder[]): Finding[] {
  return holders
    .filter(({ prepared }) => prepared === null)
    .map((holder) => ({
      code: 'YF314',
      title: `${describeHolder(holder)} holds locks that the upgrade needs, on ${holder.tables.join(', ')}`,
      remedy: 'Let it end. The upgrade waits for it as long as --wait allows, without holding YokeFlow up.',
    }));
}

function pooler({ pooled, server }: Route): Finding[] {
  if (!pooled) return [];
  return [
    {
      code: 'YF312',
      title: `a connection pooler or proxy is in front of PostgreSQL, which itself says that it is at ${server}`,
      remedy:
        'Nothing to do: the upgrade stays correct through it. To go around it, give the direct address with --database-url URL.',
    },
  ];
}

const upgradeMends = 'Run: yokeflow-upgrade upgrade';

function defects(version: Version): Finding[] {
  return version.steps
    .filter(({ status }) => status === 'partial' || status === 'defective')
    .flatMap(({ violations }) => violations)
    .map(({ kind, subject, expected, found, defect }) => ({
      code: defect ?? (kind === 'missing' ? 'YF806' : 'YF807'),
      title: `${subject}: expected ${expected}, found ${found}`,
      remedy: upgradeMends,
      subject,
    }));
}

/** 1.1.0 kept deep reviews in the table of the quick checks; YokeFlow's own clean-up dropped them with their columns. */
function reviewsToMove({ objects }: Snapshot): Finding[] {
  if (!objects.has(key.column('session_quality_checks', 'review_text'))) return [];
  return [
    {
      code: 'YF805',
      title: 'session_quality_checks still has the columns in which 1.1.0 kept deep reviews',
      remedy: `${upgradeMends}. It moves them to session_deep_reviews.`,
    },
  ];
}

/** What every release has and this database has otherwise. Theirs to keep: YokeFlow may or may not mind. */
function drift({ objects }: Snapshot, { line }: Version): Finding[] {
  return line.base
    .flatMap((check) => compare(check, objects).violations)
    .map(({ subject, expected, found }) => ({
      code: 'YF808',
      title: `${subject}: YokeFlow's is ${expected}, here it is ${found}`,
      remedy: 'Nothing to do if you changed it on purpose. The upgrade leaves it as it is.',
      subject,
    }));
}

function setAside({ carried }: Affected): Finding[] {
  return carried.map(({ name }) => ({
    code: 'YF306',
    title: `your view ${name} is built on what a step replaces`,
    subject: `view ${name}`,
    remedy: 'Nothing to do: the upgrade takes it down and puts it back as it was, in the same transaction.',
  }));
}

/** Whether YokeFlow made it or the user changed it cannot be told, so its text is kept in any case. */
function replaced({ replaced: texts }: Affected, { mayKeepHistory }: Snapshot): Finding[] {
  return texts
    .filter(({ kind }) => kind === 'function' || kind === 'view')
    .map(({ kind, name, has }) => ({
      code: 'YF813',
      title: `the ${kind} ${name} is replaced by YokeFlow's${has.length === 0 || kind === 'view' ? '' : `, which has not: ${has.join(', ')}`}`,
      subject: `${kind} ${name}`,
      remedy: mayKeepHistory
        ? 'Nothing to do if you never changed it. Its text of before is kept with the record of the run, in psql: SELECT replaced FROM yokeflow_upgrade.runs ORDER BY ended_at DESC LIMIT 1;'
        : 'Nothing to do if you never changed it. No record of the run can be kept here, so its text of before is in the backup only.',
    }));
}

/** These reviews are nowhere else, so the user must know before dropping the table. */
export function setAsideReviews(reviews: SetAside | undefined, where = ''): Finding[] {
  // A table that is not ours is reported where it stands in the way.
  if (reviews === undefined || reviews.rows === 0 || (reviews.rows === null && reviews.notOurs !== undefined))
    return [];
  const count =
    reviews.rows === null
      ? 'deep reviews that this role may not count are'
      : plural(reviews.rows, 'deep review is', 'deep reviews are');
  return [
    {
      code: 'YF814',
      title: `${count} set aside in ${SET_ASIDE_TABLE}${where}, and nowhere else`,
      remedy: `Before you drop that table${where === '' ? ', its schema' : ', that database'} or the database, save them. To read them${where}, in psql: ${READ_SET_ASIDE}`,
    },
  ];
}

/** Worth a word only where there is going to be a run. */
function unrecorded({ mayKeepHistory, mayActAsOwner, owner, database }: Snapshot, { steps }: Version): Finding[] {
  if (mayKeepHistory || !mayActAsOwner || steps.every(({ status }) => status === 'applied')) return [];
  return [noRecord(owner, database)];
}

export function noRecord(owner: string | null, database: string): Finding {
  return {
    code: 'YF810',
    title: `the run will not be recorded: ${owner} may not write to the schema yokeflow_upgrade, or may not create it`,
    remedy: `Nothing to do: the record is for show only. To have one, let a superuser run: ${inertSql(`GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(owner ?? '')}`)}`,
  };
}

/** @param title the labels that a rollback cannot drop; undefined where there are none */
export function labelsStay(title: string | undefined): Finding[] {
  return title === undefined
    ? []
    : [{ code: 'YF811', title, remedy: 'Nothing to do: a later upgrade uses them again.' }];
}

/** Something with a name or a mark of ours that is not provably ours, so that it was left alone. */
export function looksLikeOurs(what: string, why: string, remedy: string): Finding {
  return {
    code: 'YF818',
    title: `${what} looks like this program's and was left alone: ${why}`,
    remedy,
    subject: what,
  };
}

/** What a restore left out; `where` names the database that lacks it. */
export function leftUnfinished({ statement, reason }: { statement: string; reason: string }, where: string): Finding {
  return {
    code: 'YF349',
    title: `${where} lacks something without rows: ${reason}`,
    remedy: `To finish it, in psql: ${statement}`,
  };
}

/** Probes write, even though they roll back, so a server that takes no writes cannot be probed. */
export function notProbed({ server }: Snapshot): Finding {
  return {
    code: 'YF308',
    title: `the probes did not run: this server is ${server.inRecovery ? 'a standby' : 'read-only'}`,
    remedy: 'To have them run, verify on the primary server.',
  };
}

/** What could not be probed, once for each reason. Pure. */
export function probesSkipped(checks: readonly Check[]): Finding[] {
  const skipped = checks.filter(({ probed }) => probed === false);
  return [...new Set(skipped.map(({ found }) => found))].map((found) => ({
    code: 'YF816',
    title: `${skipped
      .filter((check) => check.found === found)
      .map(({ title }) => `"${title}"`)
      .join(', ')}: ${found}`,
    remedy:
      'Nothing to do: something of your own keeps the probe from being run, and says nothing against the release. To count it as failed: --strict',
  }));
}

/** A probe that fails although the catalog has everything. */
export function probeFailed(check: Check): Finding {
  return { code: 'YF809', title: `${check.title}: ${check.found}`, remedy: upgradeMends };
}
