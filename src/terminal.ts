import { styleFor, type Style } from './report/style.js';

/** Where a run reads and writes. stdout is for what was asked, stderr for talk on the way. */
export interface Terminal {
  /** Whether a question can be asked and answered. */
  readonly interactive: boolean;
  /** Whether stderr can redraw lines. */
  readonly animated: boolean;
  readonly columns: number;
  readonly out: Style;
  readonly talk: Style;
  /** Writes lines of the result to stdout. */
  readonly print: (text: string) => void;
  /** Writes lines about what is going on to stderr. */
  readonly say: (text: string) => void;
}

/** The real terminal. */
export function processTerminal({ color = true, quiet = false }: { color?: boolean; quiet?: boolean } = {}): Terminal {
  const { stdin, stdout, stderr, env, platform } = process;
  const style = (isTTY: boolean) => styleFor({ isTTY, env, platform, noColour: !color });
  const answers = Boolean(stdin.isTTY && stderr.isTTY);
  return {
    interactive: answers,
    animated: Boolean(stderr.isTTY) && env['TERM'] !== 'dumb' && !env['CI'] && !quiet,
    columns: stderr.columns || stdout.columns || 80,
    out: style(Boolean(stdout.isTTY)),
    talk: style(Boolean(stderr.isTTY)),
    print: (text) => void stdout.write(`${text}\n`),
    say: (text) => {
      if (!quiet) stderr.write(`${text}\n`);
    },
  };
}
