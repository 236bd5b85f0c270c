import { formatDuration } from '../report/words.js';
import type { Terminal } from '../terminal.js';
import type { Listener } from '../upgrade/progress.js';
import { phaseOf, type Phase } from './phases.js';

/** A line that waits for the engine to reach it, and then to leave it behind. */
class Line {
  readonly done: Promise<void>;
  finish!: () => void;
  fail!: (reason: unknown) => void;
  show: (detail: string) => void = () => undefined;

  constructor(readonly phase: Phase) {
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    // listr2 awaits the lines one after the other; a failure behind the first must not count as unhandled.
    this.done.catch(() => undefined);
  }
}

/**
 * Runs `work` and shows how far it is: a live list on a terminal, a line for each phase elsewhere.
 * @returns what `work` returned
 * @throws whatever `work` throws, after the list has shown where
 */
export async function withTaskList<T>(phases: readonly Phase[], terminal: Terminal, work: (on: Listener) => Promise<T>): Promise<T> {
  return terminal.animated ? liveList(phases, terminal, work) : plainLines(phases, terminal, work);
}

async function liveList<T>(phases: readonly Phase[], terminal: Terminal, work: (on: Listener) => Promise<T>): Promise<T> {
  const { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } = await import('listr2');
  const lines = phases.map((phase) => new Line(phase));
  let current = 0;
  const on: Listener = (progress) => {
    const { key, detail } = phaseOf(progress);
    const reached = lines.findIndex(({ phase }) => phase.key === key);
    // A retry after a lock conflict begins again at an earlier line; what is ticked stays ticked.
    for (; current < reached; current++) lines[current]?.finish();
    if (detail !== undefined) lines[current]?.show(detail);
  };
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr(
    lines.map((line) => ({
      title: line.phase.title,
      task: async (_context: unknown, task: { output: string }) => {
        line.show = (detail) => { task.output = detail; };
        await line.done;
      },
    })),
    {
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: {
        logger,
        timer: PRESET_TIMER,
        showErrorMessage: false,
        ...(terminal.talk.unicode ? {} : { icon: asciiIcons }),
      },
    },
  );
  const shown = list.run().catch(() => undefined);
  try {
    const result = await work(on);
    for (const line of lines) line.finish();
    await shown;
    return result;
  } catch (error) {
    lines[current]?.fail(error);
    await shown;
    throw error;
  }
}

const asciiIcons = { COMPLETED: '[ok]', FAILED: '[x]', SKIPPED: '[-]', PAUSED: '[ ]', OUTPUT: '>', OUTPUT_WITH_BOTTOMBAR: '>', COMPLETED_WITH_FAILED_SUBTASKS: '[x]', COMPLETED_WITH_SISTER_TASKS_FAILED: '[x]', ROLLING_BACK: '[<]', ROLLED_BACK: '[<]', RETRY: '[!]' } as const;

async function plainLines<T>(phases: readonly Phase[], terminal: Terminal, work: (on: Listener) => Promise<T>): Promise<T> {
  const { talk } = terminal;
  let current: Phase | undefined;
  let since = Date.now();
  const finish = (mark: string) => {
    if (current) terminal.say(`  ${mark} ${current.title} ${talk.dim(`(${formatDuration(Date.now() - since)})`)}`);
  };
  try {
    const result = await work((progress) => {
      const { key, detail } = phaseOf(progress);
      if (key === undefined) terminal.say(`  ${talk.note} ${detail}`);
      const phase = phases.find((candidate) => candidate.key === key);
      if (!phase || phase === current) return;
      finish(talk.tick);
      current = phase;
      since = Date.now();
    });
    finish(talk.tick);
    return result;
  } catch (error) {
    finish(talk.cross);
    throw error;
  }
}
