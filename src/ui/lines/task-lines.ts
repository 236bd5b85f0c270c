import { formatDuration } from '../../inert/words.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Listener } from '../../engine/progress.js';
import { phaseOf, type Phase } from '../../app/phases.js';
import { worthALine } from '../../app/waiting.js';

/** The longest silence, in ms. Whoever watches a log, or listens to one, must not have to wonder. */
const LONGEST_SILENCE_MS = 15_000;

/** A line for each phase once it is over, and for whatever takes long while it does. Nothing is redrawn. */
export async function plainLines<T>(
  phases: readonly Phase[],
  terminal: Terminal,
  work: (on: Listener) => Promise<T>,
): Promise<T> {
  const { talk } = terminal;
  let current: Phase | undefined;
  let [since, detail] = [Date.now(), ''];
  const isWorthALine = worthALine();
  const took = () => talk.dim(`(${formatDuration(Date.now() - since)})`);
  const say = (line: string) => {
    terminal.say(line);
    silence.refresh();
  };
  const finish = (mark: string, remark = '') => {
    if (current) say(`  ${mark} ${current.title}${remark} ${took()}`);
  };
  const leaveFor = (next: Phase) => {
    // Going back means that the whole transaction is tried again: a lock was not to be had.
    const back = current !== undefined && phases.indexOf(next) < phases.indexOf(current);
    if (back) finish(talk.note, ', rolled back to be tried again');
    else finish(talk.tick);
  };
  const silence = setInterval(
    () => say(`    still at it: ${[current?.title ?? 'beginning', detail].filter(Boolean).join(', ')} ${took()}`),
    LONGEST_SILENCE_MS,
  );
  try {
    const result = await work((progress) => {
      if (progress.phase === 'waiting' && !isWorthALine(progress)) return;
      const { key, detail: text } = phaseOf(progress);
      if (key === undefined) say(`  ${talk.note} ${text}`);
      else detail = text ?? '';
      const phase = phases.find((candidate) => candidate.key === key);
      if (phase && phase !== current) {
        leaveFor(phase);
        if (terminal.plain || terminal.verbose) say(`  ${phase.title} ...`);
        current = phase;
        since = Date.now();
      }
      if (terminal.verbose && key !== undefined && text !== undefined) say(`      ${talk.dim(text)}`);
    });
    finish(talk.tick);
    return result;
  } catch (error) {
    finish(talk.cross);
    throw error;
  } finally {
    clearInterval(silence);
  }
}
