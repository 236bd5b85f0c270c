import type { Cancelling, RunEvent, Seen } from '../../app/events.js';
import type { Archive } from '../../backup/archive.js';
import type { BackupPlan } from '../../backup/plan.js';
import { demoRelease } from '../../demo/fixtures.js';
import { key } from '../../catalog/keys.js';
import type { Target } from '../../database/target.js';
import { visible } from '../../inert/visible.js';
import { formatBytes } from '../../inert/words.js';
import { recogniseNewer } from '../../planning/newer.js';
import { summaryLines } from '../../support-report/summary.js';
import { checkLines } from './check-lines.js';
import { errorLines } from './error-lines.js';
import { findingLines } from './finding-lines.js';
import { headerLines, locksLines, planLines, whereText } from './header.js';
import { rehearsedLine } from './rehearsed-line.js';
import { reportWrittenLines, SENT_NOWHERE } from './report-lines.js';
import { rollbackLines } from './rollback-loss-lines.js';
import type { Style } from './style.js';
import type { Talk } from './talk-lines.js';

const page = (...lines: string[]): Talk => ({ lines, isShort: false, always: false });
const short = (...lines: string[]): Talk => ({ lines, isShort: true, always: false });

/**
 * What there is to say of an event, in lines; undefined for what is shown in another way (phases, waits, scripts).
 * @param isAsked whether somebody is about to be asked, and so has to see it
 */
export function talkOf(event: RunEvent, style: Style, isAsked: boolean): Talk | undefined {
  switch (event.kind) {
    case 'slow':
      return short(event.again ? '  still at it ...' : `${event.what} ...`);
    case 'beginning':
      return short(beginning[event.command]);
    case 'seen':
      return page('', titles[event.command], '', ...seenLines(event, style), '');
    case 'upgrade-planned':
      return page(...planLines(event.inspection, style, event.lockTimeoutMs), '');
    case 'init-planned':
      return page('', titles.upgrade, '', ...initLines(event, style), '');
    case 'rollback-planned':
      return page(...rollbackLines(event.plan, style, event.discardRows), ...locksLines(event.lockTimeoutMs), '');
    case 'backup-planned':
      return backupPlanned(event.needed ? backupLines(event.target, event.plan) : ['none: nothing is lost']);
    case 'backup-seen': {
      const meets = event.meets.map(({ title }) => `  ${style.note} ${title}`);
      const lines = [
        ...seenLines(event.seen, style),
        ...backupPlanned(backupLines(event.seen.target, event.plan)).lines,
      ];
      return page('', titles.backup, '', ...lines, ...meets, ...(meets.length > 0 ? [''] : []));
    }
    case 'archive-seen': {
      const { target, present, archive } = event;
      const there = present
        ? headerLines(target, present, style)
        : [`  Database   ${visible(target.database)} ${whereText(target)}: not there yet`];
      return page('', 'YokeFlow restore', '', ...there, ...archiveLines(archive), '');
    }
    case 'another-database':
      return { ...short(...findingLines([event.finding], style, true).slice(1), ''), always: isAsked };
    case 'restore-meets':
      return {
        ...page(...event.findings.map(({ title }) => `  ${style.note} ${title}`), ''),
        isShort: event.findings.length <= 2,
      };
    case 'unchanged':
      return short(`  ${unchanged[event.before]}`, '');
    case 'rehearsed':
      return short('', `  ${style.tick} ${rehearsedLine(event.rehearsal)}`, '');
    case 'checked':
      return page(...checkLines(event.checks, style), '', '  Nothing has changed.', '');
    case 'look-failed':
      return { ...page(...errorLines(event.error, style, false), ''), always: true };
    case 'report-collected':
      return { ...page('', ...summaryLines(event.report), `  ${SENT_NOWHERE}`, ''), always: isAsked };
    case 'report-written':
      return short(...reportWrittenLines(event.made, style), '');
    case 'cancelling':
      return short(`  ${cancelling[event.at]}`);
    default:
      return undefined;
  }
}

const titles: Readonly<Record<Seen['command'], string>> = {
  upgrade: 'YokeFlow upgrade',
  rehearse: 'YokeFlow upgrade, rehearsed on a copy',
  rollback: 'YokeFlow rollback',
  backup: 'YokeFlow backup',
};

const unchanged = {
  upgrade: 'Nothing has changed yet. The upgrade is one transaction: all of it, shown to work, or none.',
  rollback: 'Nothing has changed yet. The rollback is one transaction: all of it, or none.',
} as const;

const beginning = {
  demo: `Starting a PostgreSQL of its own, with YokeFlow ${demoRelease} and some months of sample projects ...`,
  report: 'Looking at the database and its surroundings. Nothing is changed ...',
} as const;

const cancelling: Readonly<Record<Cancelling, string>> = {
  'rolling back': 'Cancelling: rolling back ...',
  committing: 'Too late to cancel: it is being committed, or is already. Looking at what came of it ...',
  committed: 'Too late to cancel: it is committed. Looking at what came of it ...',
  copy: 'Cancelling: dropping the copy ...',
  'unfinished file': 'Cancelling: removing the unfinished file ...',
  scratch: 'Cancelling: dropping the scratch database ...',
  swapping: 'Too late to cancel: the databases are changing places. Looking at what came of it ...',
};

function seenLines({ target, inspection, running, contents }: Seen, style: Style): string[] {
  return headerLines(target, inspection, style, { running, contents });
}

function initLines(
  { target, inspection, refused, source, to }: Extract<RunEvent, { kind: 'init-planned' }>,
  style: Style,
): string[] {
  return [
    ...headerLines(target, inspection, style),
    `             ${refused.message}`,
    ...refused.found.map((line) => `             ${line}`),
    '',
    `  To load    ${visible(source)}, and then what leads to ${to}`,
    '  Nothing has changed yet. It is one transaction: all of it, shown to work, or none.',
  ];
}

function backupPlanned([first = '', ...more]: readonly string[]): Talk {
  return {
    ...page(`  Backup     ${first}`, ...more.map((line) => `             ${line}`), ''),
    isShort: more.length < 2,
  };
}

/** What the user should know of the backup before saying yes. */
function backupLines(target: Target, plan: BackupPlan | undefined): string[] {
  if (target.kind === 'embedded') return ['none: this database is thrown away afterwards'];
  if (!plan) return ['none, as --no-backup says'];
  const stay = plan.keep === 1 ? 'one stays' : `${plan.keep} stay`;
  return [
    `to ${visible(plan.folder)}, with pg_dump ${visible(plan.programs.where)}`,
    ...(plan.keep === undefined
      ? []
      : [`Of the backups of this database there, the newest ${stay}, and older ones are removed (--keep).`]),
  ];
}

function archiveLines({ file, bytes, database, server, made, tables }: Archive): string[] {
  const isNewer = recogniseNewer(new Map(tables.map((table) => [key.table(table), ''])));
  return [
    `  Backup     ${visible(file)}   (${formatBytes(bytes)}, whole)`,
    visible(
      `             of ${database ?? 'an unnamed database'}${server ? `, PostgreSQL ${server}` : ''}${made ? `, made ${made}` : ''}`,
    ),
    ...(isNewer ? ['             It holds YokeFlow 2.x.'] : []),
  ];
}
