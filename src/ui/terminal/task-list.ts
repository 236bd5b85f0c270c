import { inertLines } from '../../inert/colours.js';
import { redactText } from '../../redaction/redact.js';
import { unbroken } from '../text/wrap.js';
import type { Terminal } from './terminal.js';
import type { Listener } from '../../engine/progress.js';
import { formatDuration } from '../../inert/words.js';
import { asciiIcons, asciiSpinner } from './ascii.js';
import { phaseOf, type Phase } from '../../app/phases.js';
import { redrawn } from './redrawn.js';

/** After how long, in ms, a line begins to say how long it has been at it. */
const SLOW_MS = 3000;

/** A line that is pending until its phase begins, and done when the phase ends. */
class Line {
  readonly done: Promise<void>;
  finish!: () => void;
  fail!: (reason: unknown) => void;
  show: (detail: string) => void = () => undefined;
  /** What stands beside the title once it is over. */
  took = '';

  constructor(readonly phase: Phase) {
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    // listr2 awaits the lines one after the other; a failure behind the first must not count as unhandled.
    this.done.catch(() => undefined);
  }
}

/** A list that is redrawn: ticks, a spinner, what is going on under it, and how long it takes. */
export async function liveList<T>(
  phases: readonly Phase[],
  terminal: Terminal,
  work: (on: Listener) => Promise<T>,
): Promise<T> {
  const lines = phases.map((phase) => new Line(phase));
  let [current, since, detail] = [0, Date.now(), ''];
  const show = () => {
    const took = Date.now() - since;
    const elapsed = took >= SLOW_MS ? formatDuration(took - (took % 1000)) : '';
    if (detail || elapsed) lines[current]?.show([detail, elapsed && `(${elapsed})`].filter(Boolean).join(' '));
  };
  const end = () => {
    const line = lines[current];
    if (line) line.took = unbroken(`(${formatDuration(Date.now() - since)})`);
  };
  const on: Listener = (progress) => {
    const { key, detail: text } = phaseOf(progress);
    const reached = lines.findIndex(({ phase }) => phase.key === key);
    // A retry after a lock conflict begins again at an earlier line; what is ticked stays ticked.
    if (reached > current) {
      end();
      [since, detail] = [Date.now(), ''];
    }
    for (; current < reached; current++) lines[current]?.finish();
    detail = text ?? detail;
    show();
  };
  const { stream, keepBelow, release } = redrawn(process.stderr, terminal.talk);
  const list = await listOf(lines, terminal, stream);
  keepBelow();
  const shown = list.run().catch(() => undefined);
  const everySecond = setInterval(show, 1000);
  try {
    const result = await work(on);
    end();
    for (const line of lines) line.finish();
    return result;
  } catch (error) {
    end();
    lines[current]?.fail(error);
    throw error;
  } finally {
    clearInterval(everySecond);
    await shown;
    release();
  }
}

/** listr2 writes past the terminal's own `info`. */
const shown = (text: string) => inertLines(redactText(text));

async function listOf(lines: readonly Line[], { talk }: Terminal, stream: NodeJS.WriteStream) {
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput, Spinner } = await import('listr2');
  // By default listr2 looks at stdout, and prints plain lines there if it is a file.
  class OnStderr extends DefaultRenderer {
    static override nonTTY = true;
    // The original breaks lines to the width of stdout, and never removes the lines of finished phases.
    protected override format(message: string, icon: string, level: number): string[] {
      return message.trim() === '' ? [] : [`${'  '.repeat(level)}${icon} ${message}`];
    }
  }
  class AsciiSpinner extends Spinner {
    protected override readonly spinner = asciiSpinner;
  }
  return new Listr(
    lines.map((line) => ({
      title: shown(line.phase.title),
      task: async (_context: unknown, task: { title: string; output: string }) => {
        line.show = (detail) => {
          task.output = shown(detail);
        };
        // listr2's own timer would start too late.
        await line.done.finally(() => {
          task.title = shown(`${line.phase.title}${line.took && ` ${talk.dim(line.took)}`}`);
        });
      },
    })),
    {
      renderer: OnStderr,
      exitOnError: true,
      // Its own handler calls process.exit, and nothing would be rolled back in order.
      registerSignalListeners: false,
      rendererOptions: {
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
        showErrorMessage: false,
        ...(talk.unicode ? {} : { icon: asciiIcons, spinner: new AsciiSpinner() }),
      },
    },
  );
}
