import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { withPlainSpaces, wrap } from '../text/wrap.js';

/** Moves down to the last line, then erases lines upwards: how inquirer and log-update begin to redraw. */
const ERASING = /^(\u001B\[\d+B)?(?:\u001B\[2K(?:\u001B\[1A)?)+\u001B\[G/;

const COLOUR = /\u001B\[[\d;]*m/g;

/** How long, in ms, a window's size has to stay as it is. Somebody who drags its edge sends dozens of sizes a second. */
const SETTLED_MS = 80;

export interface Redrawn {
  /** For what redraws its lines. They may be as long as they like. */
  readonly stream: NodeJS.WriteStream;
  /** From now on, the lines that anybody else writes to the terminal go above what is redrawn. */
  readonly keepBelow: () => void;
  /** What stands there stays as it is, and the terminal is as it was. */
  readonly release: () => void;
}

/**
 * A terminal for something that redraws its lines, and erases as many of them as it wrote. Here they are broken to the
 * window's width, and drawn again after that has changed; a window that has become narrower has broken them already, so
 * that more have to be erased than were drawn. If there are more lines than the window has, only the last ones are
 * drawn: scrolled lines cannot be erased.
 * @param colour whether colours are let through: whatever redraws has its own idea of that, and knows no `--no-color`
 */
export function redrawn(terminal: NodeJS.WriteStream, { colour }: { colour: boolean }): Redrawn {
  const write = terminal.write.bind(terminal);
  let [frame, drawn] = ['', ''];
  let settling: NodeJS.Timeout | undefined;
  const fitted = (text: string) => withPlainSpaces(wrap(text, terminal.columns));
  const erase = () =>
    drawn === '' ? '' : '\u001B[2K\u001B[1A'.repeat(rowsOf(drawn, terminal.columns) - 1) + '\u001B[2K\u001B[G';
  const redraw = () => {
    // This may be the end of an earlier size's time, with the signal of the next one on its way.
    lookAtSize();
    clearTimeout(settling);
    settling = undefined;
    const before = erase();
    drawn = lastRows(fitted(frame), terminal);
    write(before + drawn);
  };
  const resized = () => {
    clearTimeout(settling);
    settling = setTimeout(redraw, SETTLED_MS);
  };
  terminal.on('resize', resized);
  const draw = (text: string) => {
    lookAtSize();
    const [erasing, down = ''] = ERASING.exec(text) ?? [];
    const rest = text.slice(erasing?.length ?? 0);
    if (erasing !== undefined) {
      frame = rest;
      if (settling) return;
      const before = down + erase();
      drawn = lastRows(fitted(rest), terminal);
      write(before + drawn);
    } else {
      if (settling) redraw();
      // Moving or hiding the cursor does not change the frame.
      if (visible(rest) !== '') frame = drawn = fitted(rest);
      write(visible(rest) === '' ? rest : drawn);
    }
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      draw(colour ? String(chunk) : String(chunk).replace(COLOUR, ''));
      done();
    },
  });
  Object.defineProperties(stream, {
    columns: { enumerable: true, value: Infinity },
    rows: { enumerable: true, get: () => terminal.rows },
    isTTY: { value: true },
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    keepBelow: () => {
      terminal.write = (text: string | Uint8Array) => {
        if (visible(String(text)) === '') return write(text);
        lookAtSize();
        return write(erase() + String(text) + drawn);
      };
    },
    release: () => {
      lookAtSize();
      if (settling) redraw();
      terminal.off('resize', resized);
      terminal.write = write;
    },
  };
}

/** Has Node ask for the window's size. The signal that it has changed may still be on its way. */
const lookAtSize = () => process.emit('SIGWINCH', 'SIGWINCH');

const visible = (text: string) => stripVTControlCharacters(text);

/** How many rows of a window this text takes up. */
function rowsOf(text: string, columns: number): number {
  return visible(text)
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}

function lastRows(text: string, { columns, rows }: NodeJS.WriteStream): string {
  const lines = text.split('\n');
  while (lines.length > 1 && rowsOf(lines.join('\n'), columns) > rows) lines.shift();
  return lines.join('\n');
}
