import type { RunEvent } from '../../app/events.js';
import type { Outcome } from '../../app/outcome.js';
import type { UpgradeError } from '../../errors/error.js';
import { plainLines } from '../lines/task-lines.js';
import { worthALine } from '../lines/worth-a-line.js';
import { phaseView, type PhaseView } from '../phase-view.js';
import { talkOf } from '../text/talk.js';
import { outcomeText, type OutcomeTextOptions } from '../text/text.js';
import type { View } from '../view.js';
import { liveList } from './task-list.js';
import { processTerminal, type Terminal, type TerminalOptions } from './terminal.js';

/** People see a run on the real terminal: a live list where lines can be redrawn, lines elsewhere and for screen readers. */
export function terminalView(options: TerminalOptions & { readonly yes?: boolean }): View {
  const terminal = processTerminal(options);
  const isWorthALine = worthALine();
  let phases: PhaseView | undefined;
  const emit = async (event: RunEvent): Promise<void> => {
    if (event.kind === 'progress') return phases?.on(event.progress);
    if (event.kind === 'phases') {
      const show = terminal.animated ? liveList : plainLines;
      phases = await phaseView((work) => show(event.phases, terminal, work));
    } else if (event.kind === 'phases-over') await phases?.over(event.failed);
    else if (event.kind === 'script') terminal.printVerbatim(event.sql);
    else if (event.kind === 'waiting') {
      if (isWorthALine(event.progress)) terminal.info(`  waiting: ${event.progress.reason}`);
    } else {
      const talk = talkOf(event, terminal.talk, !options.yes);
      if (talk) (talk.always ? terminal.error : terminal.info)(talk.lines.join('\n'));
    }
  };
  return {
    terminal,
    isWatched: false,
    emit,
    write: (outcome, how) => writeOutcome(outcome, terminal, how),
    error: ({ code, message, remedy }: UpgradeError) =>
      terminal.error(`${terminal.talk.cross} ${terminal.talk.bold(code)}  ${message} ${remedy}`),
    ended: () => undefined,
  };
}

/** Writes what a command came to: the answer to stdout, an error to stderr. */
function writeOutcome(outcome: Outcome, terminal: Terminal, how: OutcomeTextOptions): void {
  const { verbatim, answer, talk } = outcomeText(outcome, terminal, how);
  if (verbatim !== undefined) terminal.printVerbatim(verbatim);
  if (answer.length > 0) terminal.print(answer.join('\n'));
  for (const { lines, always } of talk) (always ? terminal.error : terminal.info)(lines.join('\n'));
}
