import { visible } from '../../inert/visible.js';
import { stepText } from '../../planning/condition.js';
import { isRepair } from '../../planning/plan.js';
import { passedText } from '../../engine/verify.js';
import type { Check } from '../../inspection/check.js';
import { checkLines } from './check-lines.js';
import { doctorLines, doctorVerdict } from './doctor-lines.js';
import { errorLines } from './error-lines.js';
import { conditionText, headerLines, planLines } from './header.js';
import { backupLines, keptLines, otherLine } from './backup-lines.js';
import { refusalLines, refusalSummary, refusalText, withoutRefusal } from './refusal-lines.js';
import { findingLines } from './finding-lines.js';
import { historyLines } from './history-lines.js';
import { rehearsedLine } from './rehearsed-line.js';
import type { Outcome } from '../../app/outcome.js';
import { afterRollback, rollbackVerdict } from './rollback-lines.js';
import type { InspectedStep } from '../../planning/inspected-step.js';
import { newerText } from '../../planning/newer.js';
import type { Style } from './style.js';
import { reportWrittenLines, SENT_NOWHERE } from './report-lines.js';
import type { Talk } from './talk-lines.js';
import { noticeLines } from './notice-lines.js';
import { formatBytes, plural } from '../../inert/words.js';

export interface OutcomeTextOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** What leads the next command to the same database, from `upgradeOptions`. */
  readonly options: string;
}

/** What a command came to, for people. */
export interface OutcomeText {
  /** A document for stdout, as it is: a script, a report. */
  readonly verbatim?: string;
  /** The answer, for stdout. */
  readonly answer: readonly string[];
  /** What is said beside it, on stderr. */
  readonly talk: readonly Talk[];
}

/** Pure. */
export function outcomeText(
  outcome: Outcome,
  { out, talk }: { readonly out: Style; readonly talk: Style },
  { quiet, verbose, options }: OutcomeTextOptions,
): OutcomeText {
  const { error } = outcome;
  const beside = error
    ? [aside([...errorLines(error, talk, verbose), ...dryRunLines(outcome), ...backupLines(outcome)])]
    : typeof outcome.report?.content === 'string'
      ? [{ ...aside([SENT_NOWHERE]), always: false }]
      : [];
  // A script goes to psql through a pipe, so nothing else may be on stdout with it.
  const script = outcome.sql ?? outcome.completion ?? outcome.report?.content ?? undefined;
  const lines = resultLines(outcome, script === undefined ? out : talk, {
    quiet: quiet || script !== undefined,
    verbose,
  });
  if (!quiet)
    lines.push(
      ...noticeLines(outcome, script === undefined ? out : talk),
      ...nextLines(outcome, options, script === undefined ? out : talk, verbose),
    );
  if (script === undefined) return { answer: lines, talk: beside };
  // The verdict, and what the run itself would be refused for.
  const verdict = lines.length > 0 ? [{ ...aside(lines), isShort: lines.length <= MOST_OF_VERDICT }] : [];
  return { verbatim: script.trimEnd(), answer: [], talk: [...verdict, ...beside] };
}

/** How many lines a verdict over a script may have and still be a message to programs. */
const MOST_OF_VERDICT = 5;

/** A dry run that was refused has its script all the same. */
const dryRunLines = ({ command, sql }: Outcome): string[] =>
  sql === undefined ? [] : [`  This was a dry run: the ${command} itself would be refused in the same way.`];

const aside = (lines: readonly string[]): Talk => ({ lines, isShort: lines.length <= 2, always: true });

function resultLines(
  outcome: Outcome,
  style: Style,
  { quiet, verbose }: { quiet: boolean; verbose: boolean },
): string[] {
  // Where a report went, and what a code means, is the answer itself.
  const isAnswer = typeof outcome.report?.file === 'string' || outcome.explanation || outcome.codes;
  const lines = quiet && !isAnswer ? [] : body(outcome, style, verbose);
  const verdict = verdictLine(outcome, style);
  return verdict ? [...lines, ...(lines.length > 0 ? [''] : []), verdict] : lines;
}

function body(outcome: Outcome, style: Style, verbose: boolean): string[] {
  const { command, target, inspection, explanation, codes } = outcome;
  const findings = withoutRefusal(outcome.findings ?? inspection?.findings ?? [], outcome.refusal);
  if (explanation) return explanationLines(explanation, style);
  if (codes) return codeLines(codes, style);
  if (outcome.doctor) return doctorLines(outcome.doctor, style);
  if (outcome.report) return reportWrittenLines(outcome.report, style);
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
  if (command === 'plan') return [...header, ...planLines(inspection, style, outcome.lockTimeoutMs)];
  return [
    ...header,
    ...stepLines(outcome, style, verbose),
    ...historyLines(outcome.contents?.history ?? [], style),
    ...findingLines(findings, style, verbose, refusalSummary(outcome, style)),
  ];
}

/** A release with more steps than this has a line for each state that steps of it are in, and not one for each step. */
const MOST_STEPS = 4;

function stepLines({ inspection }: Outcome, style: Style, inFull: boolean): string[] {
  const steps = inspection?.version.steps ?? [];
  const of = (release: string) => steps.filter(({ step }) => step.release === release);
  const isShort = ({ step }: InspectedStep) => !inFull && of(step.release).length > MOST_STEPS;
  const width = Math.max(0, ...steps.filter((one) => !isShort(one)).map(({ step }) => step.id.length));
  const marks = { whole: style.tick, different: style.note, incomplete: style.note, defective: style.cross };
  const lines = steps.map((inspected) => {
    const { step, condition } = inspected;
    const alike = of(step.release).filter((one) => stepText(one) === stepText(inspected));
    const name = isShort(inspected) ? `${alike.length} of ${of(step.release).length} steps` : step.id;
    const mark = condition === null ? style.bullet : marks[condition];
    return `  ${mark} ${step.release}  ${name.padEnd(width)}  ${stepText(inspected)}`;
  });
  return [...new Set(lines)];
}

function verdictLine(outcome: Outcome, style: Style): string | undefined {
  const { command, result, inspection, before, backup, rehearsal, restored, checks = [], error } = outcome;
  if (outcome.doctor)
    return `${doctorVerdict(outcome.doctor, error !== undefined, style)}${error ? '' : refusalText(outcome)}`;
  if (error || !inspection) return undefined;
  const { version, plan } = inspection;
  const release = version.release?.version;
  const passed = checks.length > 0 ? ` ${passedText(checks)}.` : '';
  const ofRollback = rollbackVerdict(outcome, style);
  if (ofRollback) return ofRollback;
  switch (result) {
    case 'upgraded':
      if (outcome.loaded)
        return `${style.tick} ${style.good(`YokeFlow's schema is loaded, and the database is at ${version.target.version}`)}, from ${visible(outcome.loaded.file ?? "this program's own schema")}.${passed}`;
      if (before?.version.release?.version === version.target.version)
        return `${style.tick} ${style.good(`YokeFlow's database is now all of ${version.target.version}`)}.${passed}`;
      return `${style.tick} ${style.good(`YokeFlow's database is now at ${version.target.version}`)}, from ${before?.version.release?.version}.${passed}`;
    case 'repaired':
      return `${style.tick} ${style.good(`YokeFlow's database at ${version.target.version} is repaired and works.`)}${passed}`;
    case 'already-current':
      return `${style.tick} Nothing is due: the database is at ${version.target.version}.${passed}`;
    case 'verified':
      return `${style.tick} Everything of ${version.target.version} is there and works.${passed}`;
    case 'due':
    case 'planned': {
      if (command !== 'status' && command !== 'plan' && command !== 'verify')
        return `${style.bullet} Nothing was changed: this was a dry run.`;
      const crosses = failedText(checks);
      if (plan.steps.length === 0) return `${style.note} ${crosses}Nothing was changed.`;
      const kind = isRepair(plan) ? 'A repair' : 'An upgrade';
      return `${style.note} ${crosses}${kind} is due: ${release === version.target.version ? '' : `${release} to ${version.target.version}, `}${plural(plan.steps.length, 'step', 'steps')}.${refusalText(outcome)} Nothing was changed.`;
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
function failedText(checks: readonly Check[]): string {
  const failed = checks.filter(({ ok, probed }) => !ok && probed !== false).length;
  const skipped = checks.filter(({ ok, probed }) => !ok && probed === false).length;
  return [
    failed > 0 ? `${plural(failed, 'check', 'checks')} failed. ` : '',
    skipped > 0
      ? `${plural(skipped, 'check was', 'checks were')} not probed, and --strict counts that as failed. `
      : '',
  ]
    .join('')
    .replace(/^./, (letter) => letter.toUpperCase());
}

function nextLines(outcome: Outcome, options: string, style: Style, verbose: boolean): string[] {
  const { command, result, inspection, refusal } = outcome;
  if (refusal) {
    const change = command === 'rollback' ? 'rollback' : 'upgrade';
    const next = `yokeflow-upgrade ${change}${options}`;
    // A plain status fits into one message.
    const amount = verbose ? 'all' : command === 'status' ? 'least' : 'some';
    return refusalLines(refusal, next, style, amount);
  }
  if (command === 'rollback') return afterRollback(outcome);
  if (command === 'demo')
    return result === 'wrong-usage'
      ? []
      : ['', '  The demo database is gone, and nothing of it remains. To upgrade yours: yokeflow-upgrade'];
  if (result === 'upgraded' || result === 'repaired') return ['', ...afterUpgrade(outcome), ...backupLines(outcome)];
  if (result === 'backed-up') return backupLines(outcome);
  if (result === 'restored') {
    const { release = null, target, state } = inspection?.version ?? {};
    const upgrade = `first: yokeflow-upgrade upgrade${options}`;
    // An older database does not work with the code of a newer release, and the other way round.
    const next =
      release !== null && release !== target
        ? `start the code of YokeFlow ${release.version}, which this database is of, or upgrade it ${upgrade}`
        : `start YokeFlow's API again${state === 'defective' ? `, or repair it ${upgrade}` : '.'}`;
    return [...otherLine(outcome), `  Next: ${next}`, ...keptLines(outcome)];
  }
  if (result === 'due' && inspection?.plan.steps.length === 0) return [`  Next: yokeflow-upgrade explain YF816`];
  if (result === 'found')
    return inspection?.plan.steps.length === 0 ? [] : [`  Next: yokeflow-upgrade upgrade${options}`];
  if (result === 'due' || result === 'rehearsed') return [`  Next: yokeflow-upgrade upgrade${options}`];
  return [];
}

function afterUpgrade({ before, inspection }: Outcome): string[] {
  if (before?.version.crosses !== true) return ["  Next: restart YokeFlow's API, so that it uses what is new."];
  const { version } = inspection?.version.target ?? { version: '2.x' };
  const switched = `  Next: switch the checkout to ${version}, build it, and start it.`;
  // With a 2.0.0, or a release over which 2.x was loaded, the code in use is 2.x already.
  if (before.version.isOverlaid || before.version.release?.version === '2.0.0') return [switched];
  return [
    `${switched} There is no hurry: the code of 1.4.0 works on`,
    '  this database too, through the view tests. Once only 2.x runs, nothing of YokeFlow needs that view any more.',
  ];
}

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
  return [...lines.slice(1), '', 'What one means and how to fix it: yokeflow-upgrade explain CODE'];
}
