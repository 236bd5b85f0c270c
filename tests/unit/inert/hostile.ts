import fc from 'fast-check';

/** What must not be in any output: written out here once more, so that the program's own idea of it is tested too. Newline and tab apart. */
export const hostile =
  // oxlint-disable-next-line no-misleading-character-class
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Surrogate}/u;

const characters = [
  '\u0000',
  '\u0007',
  '\b',
  '\u000b',
  '\f',
  '\r',
  '\u001b',
  '\u001b[31m',
  '\u001b]52;c;aGk=\u0007',
  '\u001b]8;;https://e.example\u001b\\',
  '\u007f',
  '\u0080',
  '\u009b31m',
  '\u009f',
  '\u00ad',
  '\u061c',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u202e',
  '\u2028',
  '\u2029',
  '\u2060',
  '\u2066',
  '\u2069',
  '\ufeff',
  '\u{e0041}',
  '\u{e0100}',
  '\ud800',
  '\udc00',
];

/** Texts full of what terminals and readers can be fooled with. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...characters),
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n', '\t', '\\', "'", '"'),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));
