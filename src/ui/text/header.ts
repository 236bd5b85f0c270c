import { mostHeldUpMs } from '../../engine/attempt-length.js';
import { doubtOf } from '../../backup/last.js';
import { hostAndPort } from '../../database/host-and-port.js';
import type { Target } from '../../database/target.js';
import { visible } from '../../inert/visible.js';
import { formatBytes, formatCount, formatDuration, formatMoment, plural } from '../../inert/words.js';
import type { Step } from '../../releases/release.js';
import { expectedWaitMs } from '../../engine/row-proof.js';
import type { Style } from './style.js';
import type { RunningSession } from '../../inspection/activity.js';
import { brings } from '../../planning/brings.js';
import { conditionText as plainConditionText } from '../../planning/condition.js';
import type { Inspection } from '../../inspection/inspection.js';
import { newerText } from '../../planning/newer.js';
import { isRepair } from '../../planning/plan.js';
import type { Version } from '../../planning/version.js';
import type { Contents } from '../../app/contents.js';
import { whyDueAgain } from './why-due.js';

/** Where the database is, in one line. */
export function whereText(target: Target): string {
  if (target.kind === 'docker') return `in container ${visible(target.container)}`;
  if (target.kind === 'direct') return `on ${visible(hostAndPort(target))}`;
  return 'in a throw-away PostgreSQL of this program';
}

/** What was read from the database's contents, where they were read. */
interface Seen {
  readonly running?: readonly RunningSession[] | undefined;
  readonly contents?: Contents | undefined;
}

/** What was found, as the wizard's first lines. */
export function headerLines(
  target: Target,
  inspection: Inspection,
  style: Style,
  { running, contents }: Seen = {},
): string[] {
  const { snapshot, version } = inspection;
  const lines = [
    `  Database   ${style.bold(visible(snapshot.database))}  ${whereText(target)}   (PostgreSQL ${visible(snapshot.server.version)}, ${formatBytes(snapshot.sizeBytes)})`,
    `             ${style.dim(visible(reasonLine(target)))}`,
    `  YokeFlow   ${releaseText(inspection, style)}`,
  ];
  if (snapshot.schema !== 'public' && version.release !== null)
    lines.splice(2, 0, `  Schema     ${visible(snapshot.schema)}`);
  if (contents) lines.push(...contentsLines(target, contents, style));
  if (running)
    lines.push(`  Sessions   ${running.length === 0 ? 'none running' : style.warn(`${running.length} running`)}`);
  return lines;
}

function contentsLines(target: Target, { tables, lastBackup }: Contents, style: Style): string[] {
  const counts = tables.flatMap(({ table, rows, exact }) =>
    rows === null
      ? []
      : [`${exact ? '' : 'about '}${formatCount(rows)} ${rows === 1 ? table.replace(/s$/, '') : table}`],
  );
  const backup = lastBackup
    ? `${formatMoment(lastBackup.at)}${lastBackup.bytes === null ? ', not on this machine' : `, ${formatBytes(lastBackup.bytes)}`}: ${visible(lastBackup.file)}`
    : 'none that this machine or the database knows of';
  const doubt = lastBackup ? doubtOf(lastBackup) : undefined;
  return [
    ...(counts.length > 0 ? [`  Holds      ${counts.join(', ')}`] : []),
    ...(target.kind === 'embedded'
      ? []
      : [`  Backed up  ${backup}`, ...(doubt === undefined ? [] : [`             ${style.dim(doubt)}`])]),
  ];
}

/** The condition of a release, shown after its number; empty where all is well. */
export function conditionText(version: Version, style: Style): string {
  const text = plainConditionText(version);
  return text === '' ? '' : style[version.condition === 'defective' ? 'bad' : 'warn'](text);
}

function releaseText({ version }: Inspection, style: Style): string {
  const { release, state, target, newer } = version;
  if (newer !== null) return style.bold(newerText(newer));
  if (release === null) return state === 'empty' ? 'none: the database is empty' : "none: another program's database";
  const same =
    release.sameSchemaAs.length > 0 ? style.dim(`   (same schema as ${release.sameSchemaAs.join(' and ')})`) : '';
  const newest = release.version === target.version ? '' : `      to reach: ${target.version}`;
  const overlaid = version.isOverlaid ? style.warn(', over which the schema of 2.x was loaded') : '';
  return `${style.bold(release.version)}${conditionText(version, style)}${overlaid}${same}${newest}`;
}

function bringsText(step: Step, { snapshot }: Inspection): string {
  const counted = brings(step, snapshot.objects).map(({ kind, count }) => plural(count, kind, `${kind}s`));
  return counted.length === 0 ? 'brings nothing that is not there' : `brings ${counted.join(', ')}`;
}

/** Findings about the run and not about the schema: a pooler in front, transactions that hold locks, what the server or an event trigger may do to it. */
const concernsTheRun: ReadonlySet<string> = new Set(['YF312', 'YF314', 'YF815', 'YF819', 'YF820', 'YF821']);

/** What it means to go to another line of releases, and how long YokeFlow's writes wait for it. */
function crossingLines({ rowsToProve }: Inspection): string[] {
  const expected =
    rowsToProve === undefined
      ? []
      : [
          `   Expected: up to ${formatDuration(expectedWaitMs(rowsToProve))} in which YokeFlow's writes wait, for ${plural(rowsToProve, 'row', 'rows')}.`,
        ];
  return [
    '   Every row stays, which is proven before COMMIT. Tests are in task_tests from then on. The code of 1.4.0 goes on',
    '   working on the result, so it need not be switched at the same moment. The way back: yokeflow-upgrade rollback.',
    ...expected,
  ];
}

/** How long YokeFlow's writes may wait for the locks of a change, at most. Pure. */
export const locksLines = (lockTimeoutMs: number): string[] => [
  `  Locks      YokeFlow's writes wait for up to ${formatDuration(lockTimeoutMs)} at a time where others hold them (--lock-timeout),`,
  `             and for up to ${formatDuration(mostHeldUpMs(lockTimeoutMs))} in all.`,
];

/** The plan in plain words. */
export function planLines(inspection: Inspection, style: Style, lockTimeoutMs?: number): string[] {
  const { plan, version, affected } = inspection;
  if (plan.steps.length === 0)
    return version.release === null ? [] : [`  Nothing is due: the schema is that of ${version.target.version}.`];
  const width = Math.max(...plan.steps.map(({ step }) => step.id.length));
  const what = isRepair(plan) ? `To repair ${version.release?.version ?? ''}` : `To reach ${version.target.version}`;
  const lines = [`  ${what}, ${plural(plan.steps.length, 'step is', 'steps are')} due:`];
  if (version.crosses) lines.push(...crossingLines(inspection));
  for (const [index, planned] of plan.steps.entries()) {
    const { step, status } = planned;
    lines.push(`   ${index + 1}  ${style.bold(step.id.padEnd(width))}  ${step.title}`);
    if (status === 'pending')
      lines.push(
        `      ${bringsText(step, inspection)}`,
        ...step.without.map((harm) => `      ${style.dim(`without it: ${harm}`)}`),
      );
    else lines.push(...whyDueAgain(planned, version).map((why) => `      ${style.warn(visible(why))}`));
  }
  for (const { name } of affected.carried)
    lines.push(`   ${style.bullet}  your view ${name} is taken down and put back as it was`);
  for (const { title } of inspection.findings.filter(({ code }) => concernsTheRun.has(code)))
    lines.push(`   ${style.note}  ${title}`);
  if (lockTimeoutMs !== undefined) lines.push('', ...locksLines(lockTimeoutMs));
  return lines;
}

/** Why this one, and on which engine: the same container name may be on several. */
function reasonLine(target: Target): string {
  return target.kind === 'docker' && target.engine.kind !== 'kube'
    ? `${target.reason}, on ${target.engine.url}`
    : target.reason;
}
