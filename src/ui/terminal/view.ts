import type { UpgradeError } from '../../errors/error.js';
import { plainLines } from '../lines/task-lines.js';
import { worthALine } from '../lines/worth-a-line.js';
import { followPhases } from '../phase-view.js';
import type { Talk } from '../text/talk-lines.js';
import { talkOf } from '../text/talk.js';
import { writeOutcome, type View } from '../view.js';
import { liveList } from './task-list.js';
import { processTerminal, type TerminalOptions } from './terminal.js';

/** People see a run on the real terminal: a live list where lines can be redrawn, lines elsewhere and for screen readers. */
export function terminalView(options: TerminalOptions & { readonly yes?: boolean }): View {
  const terminal = processTerminal(options);
  const isWorthALine = worthALine();
  const show = terminal.animated ? liveList : plainLines;
  const say = ({ lines, always }: Talk) => (always ? terminal.error : terminal.info)(lines.join('\n'));
  const emit = followPhases(
    (phases, work) => show(phases, terminal, work),
    (event) => {
      if (event.kind === 'script') terminal.printVerbatim(event.sql);
      else if (event.kind === 'waiting') {
        if (isWorthALine(event.progress)) terminal.info(`  waiting: ${event.progress.reason}`);
      } else {
        const talk = talkOf(event, terminal.talk, !options.yes);
        if (talk) say(talk);
      }
    },
  );
  return {
    terminal,
    isWatched: false,
    emit,
    write: (outcome, how) => writeOutcome(terminal, outcome, how, say),
    error: ({ code, message, remedy }: UpgradeError) =>
      terminal.error(`${terminal.talk.cross} ${terminal.talk.bold(code)}  ${message} ${remedy}`),
    ended: () => undefined,
  };
}
