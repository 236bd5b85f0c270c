import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** Words joined by it stay on one line; whatever is written out has an ordinary space in its place. */
const NO_BREAK = '\u00a0';

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 120;

/** Below this, text beside a label would be a ribbon, and goes under it instead. */
const NARROWEST_BESIDE_LABEL = 30;
const NARROW_INDENT = 4;

/** A command to be copied: a terminal may run it over its edge, but nothing may put a line break into it. */
export function unbroken(command: string): string {
  return command.replaceAll(' ', NO_BREAK);
}

/** Makes ordinary spaces of those that {@link unbroken} made. */
export function withPlainSpaces(text: string): string {
  return text.replaceAll(NO_BREAK, ' ');
}

/**
 * Breaks lines that are too long between words, and indents what follows: under the text beside a label
 * (`  Database   …`) where there is room, else by two more than the line. Escape sequences count as nothing.
 * @param columns the terminal's width in characters
 */
export function wrap(text: string, columns: number): string {
  const width = Math.min(columns, WIDEST);
  return text
    .split('\n')
    .map((line) => (visible(line).length <= width ? line : wrapLine(keepCommands(line), width)))
    .join('\n');
}

/** What is to be typed reads as one. */
function keepCommands(line: string): string {
  return line
    .replace(
      /yokeflow-upgrade [a-z-]+(?: --(?:container|database-url|project|schema) (?:'[^']*'|\S+)| --?[a-z-]+)*/g,
      unbroken,
    )
    .replace(/(--[a-z-]+) (?=[A-Z]+\b)/g, `$1${NO_BREAK}`);
}

function wrapLine(line: string, width: number): string {
  const shown = visible(line);
  const leading = /^ */.exec(shown)?.[0].length ?? 0;
  const label = /^ *\S(?:\S| (?! ))* {2,}/.exec(shown)?.[0].length ?? 0;
  const beside = label > 0 && width - label >= NARROWEST_BESIDE_LABEL;
  // What stands beside a label on a wide terminal needs no such margin on a narrow one.
  const indent = beside || width - leading >= NARROWEST_BESIDE_LABEL ? leading : Math.min(leading, NARROW_INDENT);
  const hang = beside ? label : indent + 2;
  const cut = beside ? rawIndex(line, label) : leading;
  const rest = beside ? line.slice(cut) : line.slice(cut).replace(/ {2,}/g, '  ');
  const lines = wrapAnsi(rest, width - hang, { hard: false }).split('\n');
  return (
    (beside ? line.slice(0, cut) : ' '.repeat(indent)) +
    lines.map((part) => part.trimEnd()).join(`\n${' '.repeat(hang)}`)
  );
}

/** Where the character stands in the text with its escape sequences that is the n-th without them. */
function rawIndex(text: string, n: number): number {
  let index = 0;
  for (let seen = 0; seen < n; index++) {
    const sequence = /^\u001B\[[\d;]*m/.exec(text.slice(index))?.[0];
    if (sequence === undefined) seen++;
    else index += sequence.length - 1;
  }
  return index;
}

const visible = (text: string) => stripVTControlCharacters(text);
