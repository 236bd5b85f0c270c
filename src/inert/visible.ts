import { escapeOf, notInert, notInertInLines } from './characters.js';

/**
 * A text from outside (a name, a value, a label) as one line in which nothing is hidden and nothing acts on a terminal.
 * A backslash stays one: paths of Windows would not be what they are, and a name that spells an escape does no harm.
 */
export function visible(text: string): string {
  return text.replace(notInert, escapeOf);
}

/** The same for a text that may have lines, such as a message. A tab becomes spaces, because its width depends on the terminal. */
export function visibleLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').replace(notInertInLines, escapeOf);
}

/** The same for a document that should be inert already, and in which tabs and line ends stay what they are. */
export function visibleVerbatim(text: string): string {
  return text.replace(notInertInLines, escapeOf);
}
