import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inertLines } from '../../../src/inert/colours.js';
import { inertJson } from '../../../src/inert/json.js';
import { visible, visibleLines } from '../../../src/inert/visible.js';
import { styleFor } from '../../../src/ui/text/style.js';
import { hostile, hostileText } from './hostile.js';

describe('visible', () => {
  it.each([
    ['a\u001b]52;c;aGk=\u0007b', 'a\\x1b]52;c;aGk=\\x07b'],
    ['\u009b31m \u007f \u0000', '\\u009b31m \\x7f \\x00'],
    ['\u202eeslaf\u202c', '\\u202eeslaf\\u202c'],
    ['a\u200bb\u2060\ufeff\u00ad', 'a\\u200bb\\u2060\\ufeff\\u00ad'],
    ['\u{e0041}\u{e0100}', '\\U000e0041\\U000e0100'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['one\ntwo\tthree\r', 'one\\ntwo\\tthree\\r'],
    ['C:\\new', 'C:\\new'],
    ['Müller 日本 العربية 👍🏽 ⚠\ufe0f e\u0301', 'Müller 日本 العربية 👍🏽 ⚠\ufe0f e\u0301'],
    ['a\ufe0fb1\ufe0f', 'a\\ufe0fb1\\ufe0f'],
  ])('%j is shown as %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
    expect(visible(expected)).toBe(expected);
  });

  it('leaves the lines of a text that has some', () => {
    expect(visibleLines('one\r\n\ttwo\rthree\n')).toBe('one\n    two\\rthree\n');
  });

  it('lets nothing through, and changes nothing that is inert', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(visible(text)).not.toMatch(hostile);
        expect(visible(text)).not.toMatch(/[\n\t]/);
        expect(visibleLines(text)).not.toMatch(hostile);
        if (!hostile.test(text) && !/[\n\t\ufff0-\ufff8]|\u17b4|\u17b5|\p{Variation_Selector}/u.test(text))
          expect(visible(text)).toBe(text);
      }),
    );
  });
});

describe('inertJson', () => {
  it('is the value, in bytes that do nothing', () => {
    const value = fc.dictionary(
      hostileText,
      fc.oneof(hostileText, fc.array(hostileText), fc.integer(), fc.constant(null)),
    );
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (one, indent) => {
        const json = inertJson(one, indent === undefined ? {} : { indent });
        expect(json).not.toMatch(hostile);
        expect(json).not.toMatch(/\t/);
        if (indent === undefined) expect(json).not.toContain('\n');
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(one)));
      }),
    );
  });

  it('changes texts by the name of their field', () => {
    expect(inertJson({ a: 'x', b: ['x'] }, { change: (text, field) => (field === 'a' ? `${text}!` : text) })).toBe(
      '{"a":"x!","b":["x"]}',
    );
  });
});

describe('inertLines', () => {
  const coloured = styleFor({ isTTY: true, env: {}, platform: 'linux', noColour: false });
  const plain = styleFor({ isTTY: false, env: {}, platform: 'linux', noColour: true });

  it("lets our own colours through, one in another too, and nobody else's", () => {
    expect(inertLines(coloured.good(`a ${coloured.bold('b')}\u001b[31m`))).toBe(
      '\u001b[32ma \u001b[1mb\u001b[22m\\x1b[31m\u001b[39m',
    );
    expect(inertLines('\u001b[31mred\u001b[0m')).toBe('\\x1b[31mred\\x1b[0m');
  });

  it('lets nothing else through, whatever is coloured', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { tick, good, dim, bad, warn } = coloured;
        // Something between them, or the end of one and the beginning of the next could be one character.
        const shown = inertLines(`${tick} ${good(`|${text}`)}|${text}|${dim(bad(`|${text}`))}${warn('')}`);
        expect(shown.replace(/\u001b\[\d+m/g, '')).toBe(inertLines(`${plain.good('✔')} |${text}|${text}||${text}`));
        expect(inertLines(text)).not.toMatch(hostile);
      }),
    );
  });
});
