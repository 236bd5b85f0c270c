import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** The way down to the last line, then lines erased from there up: what inquirer and log-update begin to redraw with. */
// eslint-disable-next-line no-control-regex
const ERASING = /^(\u001B\[\d+B)?(?:\u001B\[2K(?:\u001B\[1A)?)+\u001B\[G/;

// eslint-disable-next-line no-control-regex
const COLOUR = /\u001B\[[\d;]*m/g;

export interface Redrawn {
  /** For what redraws its lines. */
  readonly stream: NodeJS.WriteStream;
  /** From now on, the lines that anybody else writes to the terminal go above what is redrawn. Returns what ends that. */
  readonly keepBelow: () => () => void;
}

/**
 * A terminal for something that redraws its lines. It means to erase as many as it wrote; where the window has become
 * narrower in the meantime, the terminal has broken them into more, and all of those are erased. Of what is higher than
 * the window the end is drawn alone: what has been scrolled away cannot be erased.
 * @param colour whether colours are let through: whatever redraws has its own idea of that, and knows no `--no-color`
 * @param columns the width that whatever redraws is told
 */
export function redrawn(terminal: NodeJS.WriteStream, { colour, columns = () => terminal.columns }: { colour: boolean; columns?: () => number }): Redrawn {
  const write = terminal.write.bind(terminal);
  let frame = '';
  const erase = () => '\u001B[2K\u001B[1A'.repeat(rowsOf(frame, terminal.columns) - 1) + '\u001B[2K\u001B[G';
  const draw = (text: string) => {
    const [erasing, down = ''] = ERASING.exec(text) ?? [];
    const before = erasing === undefined ? '' : down + erase();
    const drawn = erasing === undefined ? text : lastRows(text.slice(erasing.length), terminal);
    // What only moves or hides the cursor leaves the frame as it is.
    if (erasing !== undefined || visible(drawn) !== '') frame = drawn;
    write(before + drawn);
  };
  const stream = new Writable({ decodeStrings: false, write: (chunk, _encoding, done) => { draw(colour ? String(chunk) : String(chunk).replace(COLOUR, '')); done(); } });
  Object.defineProperties(stream, { columns: { enumerable: true, get: columns }, rows: { enumerable: true, get: () => terminal.rows }, isTTY: { value: true } });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    keepBelow: () => {
      terminal.write = (text: string | Uint8Array) => write(erase() + String(text) + frame);
      return () => { terminal.write = write; };
    },
  };
}

const visible = (text: string) => stripVTControlCharacters(text);

/** How many rows of a window this text takes up. */
function rowsOf(text: string, columns: number): number {
  return visible(text).split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}

function lastRows(text: string, { columns, rows }: NodeJS.WriteStream): string {
  const lines = text.split('\n');
  while (lines.length > 1 && rowsOf(lines.join('\n'), columns) > rows) lines.shift();
  return lines.join('\n');
}
