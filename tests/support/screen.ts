import xterm from '@xterm/headless';

/** What a person sees of a program's output: a terminal emulator without a window. */
export interface Screen {
  /** Draws what a program wrote, escape sequences included; resolves once it is drawn. */
  write(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** The window as it is now, without blank lines at its end. */
  visible(): string;
  /** The same with everything that has been scrolled out of it. */
  all(): string;
  /** The same for a search: one line for each that was written, where the window was too narrow for it too. */
  unwrapped(): string;
  /** The lines that were too long for the window, each as it was written. */
  brokenLines(): string[];
  /** Every line with its cells, for colours. */
  readonly buffer: xterm.IBuffer;
}

/** @param reply is given what the terminal answers, as to a question for the place of the cursor */
export function openScreen(columns: number, rows: number, reply: (text: string) => void = () => undefined): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  terminal.onData(reply);
  const buffer = terminal.buffer.normal;
  const lines = (from: number) =>
    Array.from({ length: buffer.length - from }, (_, index) => buffer.getLine(from + index));
  const text = (from: number) =>
    lines(from)
      .map((line) => line?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  /** The lines as they were written, each with the rows that it takes. */
  const written = () => {
    const found: string[][] = [];
    for (const [index, line] of lines(0).entries()) {
      const row = line?.translateToString(!buffer.getLine(index + 1)?.isWrapped) ?? '';
      if (line?.isWrapped) found.at(-1)?.push(row);
      else found.push([row]);
    }
    return found;
  };
  // What is written is drawn in order, so that this is called once everything before it is drawn.
  const write = (written: string) => new Promise<void>((resolve) => terminal.write(written, resolve));
  return {
    write,
    resize: async (newColumns, newRows) => {
      await write('');
      terminal.resize(newColumns, newRows);
    },
    visible: () => text(buffer.baseY),
    all: () => text(0),
    unwrapped: () =>
      written()
        .map((rows) => rows.join(''))
        .join('\n')
        .trim(),
    brokenLines: () =>
      written()
        .filter((rows) => rows.length > 1)
        .map((rows) => rows.join('')),
    buffer,
  };
}
