import { inertLines } from '../../inert/colours.js';
import { visibleVerbatim } from '../../inert/visible.js';
import { redactText } from '../../redaction/redact.js';
import { styleFor, type Style } from '../text/style.js';
import { withPlainSpaces, wrap } from '../text/wrap.js';

/** Where a run reads and writes. stdout is for what was asked, stderr for talk on the way. */
export interface Terminal {
  /** Whether a question can be asked and answered. */
  readonly interactive: boolean;
  /** Whether stderr can redraw lines. Otherwise nothing that was written is ever touched again. */
  readonly animated: boolean;
  /** For screen readers and terminals that can only print: words for symbols, and questions answered by a number. */
  readonly plain: boolean;
  /** Whether every detail is told on the way. */
  readonly verbose: boolean;
  readonly out: Style;
  readonly talk: Style;
  /** Writes lines of the result to stdout, broken to the terminal's width. */
  readonly print: (text: string) => void;
  /** Writes to stdout exactly this, which is inert: a script, a document. */
  readonly printVerbatim: (text: string) => void;
  /** Writes lines about what is going on to stderr, unless it is to be quiet. */
  readonly info: (text: string) => void;
  /** Writes to stderr what has to be said in any case. */
  readonly error: (text: string) => void;
}

export interface TerminalOptions {
  /** False after `--no-color`. */
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** `--plain`. */
  readonly plain?: boolean;
}

/** The real terminal. */
export function processTerminal({
  color = true,
  quiet = false,
  verbose = false,
  plain = false,
}: TerminalOptions = {}): Terminal {
  const { stdin, stdout, stderr, env, platform } = process;
  const accessible = plain || isOn(env['ACCESSIBLE']);
  const style = (isTTY: boolean) => styleFor({ isTTY, env, platform, noColour: !color, words: accessible });
  const dumb = env['TERM'] === 'dumb';
  return {
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    animated: Boolean(stderr.isTTY) && !accessible && !dumb && !env['CI'] && !quiet && !verbose,
    plain: accessible || dumb,
    verbose,
    out: style(Boolean(stdout.isTTY)),
    talk: style(Boolean(stderr.isTTY)),
    print: (text) => write(stdout, text),
    printVerbatim: (text) => void stdout.write(`${visibleVerbatim(text)}\n`),
    info: (text) => {
      if (!quiet) write(stderr, text);
    },
    error: (text) => write(stderr, text),
  };
}

/** The width is asked for each time: people turn their phones and drag their windows. */
function write(stream: NodeJS.WriteStream, text: string): void {
  const inert = inertLines(redactText(text));
  stream.write(`${withPlainSpaces(stream.isTTY ? wrap(inert, stream.columns || 80) : inert)}\n`);
}

/** How charm's and GitHub's command lines read ACCESSIBLE. */
function isOn(variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false', 'no'].includes(variable.toLowerCase());
}
