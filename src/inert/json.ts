import { notInertInLines } from './characters.js';

/**
 * A value as JSON that says exactly what it is and is inert: JSON.stringify leaves DEL, C1 controls, bidirectional and invisible
 * characters as they are. A newline only stands between the parts of it, where `indent` puts it.
 * @param change what becomes of each text in it, by the name of its field
 */
export function inertJson(
  value: unknown,
  { indent, change = (text) => text }: { indent?: number; change?: (text: string, field: string) => string } = {},
): string {
  const json = JSON.stringify(
    value,
    (field, part: unknown) => (typeof part === 'string' ? change(part, field) : part),
    indent,
  );
  return json.replace(notInertInLines, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
