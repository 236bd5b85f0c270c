import { randomInt } from 'node:crypto';
import { styleText } from 'node:util';
import { visibleLines } from './visible.js';

/**
 * Parameters that stand in every colour of this program until it is written out, and that nobody else can know: they tell it from a colour
 * out of a project's name. A terminal ignores parameters of SGR that it does not know (ECMA-48), should one ever get there.
 */
const mark = `${randomInt(1000, 10_000)};${randomInt(1000, 10_000)}`;
const own = new RegExp(String.raw`\u001B\[${mark};(\d+)m`);

/** A text between the sequences that turn a look on and off, as {@link inertLines} lets them through. */
export function coloured(look: Parameters<typeof styleText>[0], text: string): string {
  const [on = '', off = ''] = styleText(look, '|', { validateStream: false })
    .split('|')
    .map((sequence) => sequence.replace('[', `[${mark};`));
  return `${on}${text}${off}`;
}

/** A text for a terminal, in lines. Our own colours get through, and nothing else that acts. */
export function inertLines(text: string): string {
  // What the brackets of the pattern caught stands at the odd places.
  return text
    .split(own)
    .map((piece, index) => (index % 2 === 1 ? `\u001B[${piece}m` : visibleLines(piece)))
    .join('');
}
