import { stepText } from '../../planning/condition.js';
import { checkLines } from './check-lines.js';
import { doctorLines } from './doctor-lines.js';
import { errorLines } from './error-lines.js';
import { headerLines, planLines } from './header.js';
import { backupLines } from './backup-lines.js';
import { refusalSummary, withoutRefusal } from './refusal-lines.js';
import { findingLines } from './finding-lines.js';
import { historyLines } from './history-lines.js';
import type { Outcome } from '../../app/outcome.js';
import type { InspectedStep } from '../../planning/inspected-step.js';
import type { Style } from './style.js';
import { reportWrittenLines, SENT_NOWHERE } from './report-lines.js';
import type { Talk } from './talk-lines.js';
import { noticeLines } from './notice-lines.js';
import { nextLines } from './next-lines.js';
import { verdictLine } from './verdict-line.js';

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
