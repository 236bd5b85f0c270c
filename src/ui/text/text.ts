import { visible } from '../../inert/visible.js';
import { redactText } from '../../redaction/redact.js';
import type { UpgradeError } from '../../errors/error.js';
import { systems } from '../../releases/registry.js';
import type { Terminal } from '../terminal/terminal.js';
import { isRepair } from '../../planning/plan.js';
import { heldText, type Check } from '../../engine/verify.js';
import { conditionText, headerLines, planLines } from './header.js';
import { backupLines, keptLines, otherLine } from './backup-lines.js';
import { findingLines } from './finding-lines.js';
import { historyLines } from './history-lines.js';
import { rehearsedLine } from './rehearsed-line.js';
import type { Outcome } from '../../app/outcome.js';
import { afterRollback, rollbackVerdict } from './rollback-lines.js';
import { newerText } from '../../planning/newer.js';
import type { Style } from './style.js';
import { toldLines } from './told-lines.js';
import { formatBytes, plural } from '../../inert/words.js';

/**
 * Writes what a command came to for people: the answer to stdout, an error to stderr.
 * @param options what leads the next command to the same database, from {@link databaseOptions}
 */
export function writeOutcome(
  outcome: Outcome,
  terminal: Terminal,
  { quiet, verbose, options }: { quiet: boolean; verbose: boolean; options: string },
): void {
  // A script goes to psql through a pipe, so nothing else may be on stdout with it.
  const script = outcome.sql ?? outcome.completion;
  if (script !== undefined) terminal.printVerbatim(script.trimEnd());
  const [style, write] = script === undefined ? [terminal.out, terminal.print] : [terminal.talk, terminal.insist];
  const lines = quiet || script !== undefined ? [] : body(outcome, style, verbose);
  const verdict = verdictLine(outcome, style);
  if (verdict) lines.push(...(lines.length > 0 ? ['', verdict] : [verdict]));
  if (!quiet) lines.push(...toldLines(outcome, style), ...nextLines(outcome, options));
  if (lines.length > 0) write(lines.join('\n'));
  if (outcome.error)
    terminal.insist([...errorLines(outcome.error, terminal.talk, verbose), ...backupLines(outcome)].join('\n'));
}

function body(outcome: Outcome, style: Style, verbose: boolean): string[] {
  const { command, target, inspection, explanation, codes, findings = inspection?.findings ?? [] } = outcome;
  if (explanation) return explanationLines(explanation, style);
  if (codes) return codeLines(codes, style);
  const checks = checkLines(outcome.checks ?? [], style);
  if (command !== 'status' && command !== 'plan')
    return [...checks, ...(command === 'verify' ? findingLines(findings, style, verbose) : [])];
  if (!target || !inspection) return [];
  const header = [
    'YokeFlow database',
    '',
    ...headerLines(target, inspection, style, { contents: outcome.contents }),
    '',
  ];
  if (command === 'plan') return [...header, ...planLines(inspection, style)];
  return [
    ...header,
    ...stepLines(outcome, style),
    ...historyLines(outcome.contents?.history ?? [], style),
    ...findingLines(findings, style, verbose),
  ];
}

function stepLines({ inspection }: Outcome, style: Style): string[] {
  const steps = inspection?.version.steps ?? [];
  const width = Math.max(0, ...steps.map(({ step }) => step.id.length));
  const marks = { applied: style.tick, pending: style.bullet, partial: style.note, defective: style.cross };
  const words = {
    applied: 'applied',
    pending: 'not applied',
    partial: 'half applied',
    defective: 'applied, and broken in use',
  };
  return steps.map(
    ({ step, status }) => `  ${marks[status]} ${step.release}  ${step.id.padEnd(width)}  ${words[status]}`,
  );
}

/** The checks with ticks and crosses, grouped by what they belong to. */
export function checkLines(checks: readonly Check[], style: Style): string[] {
  return systems.flatMap((system) => {
    const own = checks.filter((check) => check.system === system);
    if (own.length === 0) return [];
    const skipped = own.filter(({ probed }) => probed === false).length;
    const good = own.filter(({ ok, probed }) => ok && probed !== false).length;
    const title = `${style.bold(system.charAt(0).toUpperCase() + system.slice(1))}  ${style.dim(`${good} of ${own.length} hold${skipped > 0 ? `, ${plural(skipped, 'was not probed', 'were not probed')}` : ''}`)}`;
    const lines = own.flatMap(({ ok, title, found, probed }) =>
      probed === false
        ? [`  ${style.dash} ${title}`, `      ${found}`]
        : ok
          ? [`  ${style.tick} ${title}`]
          : found.endsWith('missing') && !found.includes(':')
            ? [`  ${style.cross} ${title}: ${found}`]
            : [`  ${style.cross} ${title}`, `      found: ${found}`],
    );
    return ['', title, ...lines];
  });
}

function verdictLine(outcome: Outcome, style: Style): string | undefined {
  const { command, result, inspection, before, backup, rehearsal, restored, checks = [], error } = outcome;
  if (error || !inspection) return undefined;
  const { version, plan } = inspection;
  const release = version.release?.version;
  const held = checks.length > 0 ? ` ${heldText(checks)}.` : '';
  const ofRollback = rollbackVerdict(outcome, style);
  if (ofRollback) return ofRollback;
  switch (result) {
    case 'upgraded':
      return `${style.tick} ${style.good(`YokeFlow's database is now at ${version.target.version}`)}, from ${before?.version.release?.version}.${held}`;
    case 'repaired':
      return `${style.tick} ${style.good(`YokeFlow's database at ${version.target.version} is repaired and works.`)}${held}`;
    case 'already-current':
      return `${style.tick} Nothing is due: the database is at ${version.target.version}.${held}`;
    case 'verified':
      return `${style.tick} Everything of ${version.target.version} is there and works.${held}`;
    case 'due':
    case 'planned': {
      if (command !== 'status' && command !== 'plan' && command !== 'verify')
        return `${style.bullet} Nothing was changed: this was a dry run.`;
      const crosses = notHolding(checks);
      if (plan.steps.length === 0) return `${style.note} ${crosses}Nothing was changed.`;
      const kind = version.state === 'defective' || isRepair(plan) ? 'A repair' : 'An upgrade';
      return `${style.note} ${crosses}${kind} is due: ${release === version.target.version ? '' : `${release} to ${version.target.version}, `}${plural(plan.steps.length, 'step', 'steps')}. Nothing was changed.`;
    }
    case 'rehearsed':
      return rehearsal && `${style.tick} ${style.good(rehearsedLine(rehearsal))}`;
    case 'backed-up':
      return `${style.tick} ${style.good('The backup is made, and pg_restore has read it to its end')}: ${formatBytes(backup?.bytes ?? 0)}.`;
    case 'restored':
      return `${style.tick} ${style.good(`${visible(inspection.snapshot.database)} is now what the backup holds`)}: YokeFlow ${version.newer ? newerText(version.newer) : restored?.release}${conditionText(version, style)}.`;
    default:
      return undefined;
  }
}

/** What of the checks counts as failed, in a sentence for each kind. */
function notHolding(checks: readonly Check[]): string {
  const failed = checks.filter(({ ok, probed }) => !ok && probed !== false).length;
  const skipped = checks.filter(({ ok, probed }) => !ok && probed === false).length;
  return [
    failed > 0 ? `${plural(failed, 'check does', 'checks do')} not hold. ` : '',
    skipped > 0
      ? `${plural(skipped, 'check was', 'checks were')} not probed, and --strict counts that as failed. `
      : '',
  ]
    .join('')
    .replace(/^./, (letter) => letter.toUpperCase());
}

function nextLines(outcome: Outcome, options: string): string[] {
  const { command, result, inspection } = outcome;
  if (command === 'rollback') return afterRollback(outcome);
  if (command === 'demo')
    return result === 'wrong-usage'
      ? []
      : ['', '  The demo database is gone, and nothing of it remains. To upgrade yours: yokeflow-upgrade'];
  if (result === 'upgraded' || result === 'repaired')
    return ['', "  Next: restart YokeFlow's API, so that it uses what is new.", ...backupLines(outcome)];
  if (result === 'backed-up') return backupLines(outcome);
  if (result === 'restored') {
    const repair =
      inspection?.version.state === 'defective' ? `, or repair it first: yokeflow-upgrade upgrade${options}` : '.';
    // An older database does not work with the code of a newer release, and the other way round.
    const held = inspection?.version.release?.version;
    const start =
      held === undefined
        ? "start YokeFlow's API again"
        : `start the code of YokeFlow ${held}, which this database is of, or upgrade it first: yokeflow-upgrade upgrade${options}`;
    const next =
      inspection?.version.state === 'current' || repair !== '.' ? `start YokeFlow's API again${repair}` : start;
    return [...otherLine(outcome), `  Next: ${next}`, ...keptLines(outcome)];
  }
  if (result === 'due' && inspection?.plan.steps.length === 0) return [`  Next: yokeflow-upgrade explain YF816`];
  if (result === 'due' || result === 'rehearsed') return [`  Next: yokeflow-upgrade upgrade${options}`];
  return [];
}

/** Their message says all that there is to it. */
const withoutExplanation: ReadonlySet<string> = new Set(['YF101', 'YF102', 'YF103', 'YF104', 'YF105', 'YF701']);

/** An error as it is shown: what happened, what was found, what became of the database, what to type. */
export function errorLines(
  { code, message, found, changed, leftBehind, remedy, cause }: UpgradeError,
  style: Style,
  verbose: boolean,
): string[] {
  const state =
    changed === 'unknown'
      ? 'Whether anything was changed is not known.'
      : changed
        ? 'The database was changed.'
        : leftBehind.length > 0
          ? `Nothing was changed but for ${leftBehind.join(' and ')}, which PostgreSQL cannot drop and nothing uses yet.`
          : 'Nothing was changed.';
  const meaning = withoutExplanation.has(code) ? [] : [`  What it means: yokeflow-upgrade explain ${code}`];
  const stack = verbose && cause instanceof Error && code === 'YF901' ? ['', redactText(cause.stack ?? '')] : [];
  return [
    '',
    `${style.cross} ${style.bold(code)}  ${below(message)}`,
    ...found.map((line) => `    ${below(line)}`),
    `  ${state}`,
    `  Next: ${below(remedy.replace(/^Run: /, ''))}`,
    ...meaning,
    ...stack,
  ];
}

/** A text of several lines, none of which can pass for one of this program's own. */
const below = (text: string) => text.trimEnd().replaceAll('\n', '\n        ');

function explanationLines(
  { title, meaning, causes = [], remedy, changed }: NonNullable<Outcome['explanation']>,
  style: Style,
): string[] {
  const list = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : ['', style.bold(heading), ...items.map((item) => `  ${style.bullet} ${item}`)];
  return [style.bold(title), '', meaning, ...list('Causes', causes), ...list('What to do', remedy), '', changed];
}

function codeLines(codes: NonNullable<Outcome['codes']>, style: Style): string[] {
  const kinds = [...new Set(codes.map(({ kind }) => kind))];
  const lines = kinds.flatMap((kind) => [
    '',
    style.bold(kind),
    ...codes.filter((one) => one.kind === kind).map(({ code, title }) => `  ${code}  ${title}`),
  ]);
  return [...lines.slice(1), '', 'What one means and how to mend it: yokeflow-upgrade explain CODE'];
}
