import { describe, expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { unbroken, withPlainSpaces, wrap } from '../../../../src/ui/text/wrap.js';

const bold = (text: string) => `\u001B[1m${text}\u001B[22m`;
const wrapped = (text: string, columns: number) => withPlainSpaces(wrap(text, columns)).split('\n');

describe('a line that is too long', () => {
  it('is broken between words, and indented by two more than it was', () => {
    expect(wrapped('  one two three four', 12)).toEqual(['  one two', '    three', '    four']);
  });

  it('goes on beside its label where there is room', () => {
    const line = `  Database   ${bold('yokeflow')}  in container yokeflow_postgres   (PostgreSQL 16.4)`;
    expect(wrapped(line, 50).map(stripVTControlCharacters)).toEqual([
      '  Database   yokeflow  in container',
      '             yokeflow_postgres   (PostgreSQL 16.4)',
    ]);
  });

  it('goes on under its label where there is none', () => {
    expect(wrapped('  Database   yokeflow  in container yokeflow_postgres', 30)).toEqual([
      '  Database  yokeflow  in',
      '    container',
      '    yokeflow_postgres',
    ]);
    expect(wrapped(`${' '.repeat(13)}a name that YokeFlow gives`, 30)).toEqual([
      '    a name that YokeFlow',
      '      gives',
    ]);
  });

  it('does not tear a command, however long it is', () => {
    const command = 'yokeflow-upgrade restore a/long/path/to/a.dump --container yokeflow_postgres';
    expect(wrapped(`  To go back: ${unbroken(command)}`, 40)).toEqual(['  To go back:', `    ${command}`]);
    expect(wrapped('  Nothing was changed. Run: yokeflow-upgrade plan --sql', 40)).toEqual([
      '  Nothing was changed. Run:',
      '    yokeflow-upgrade plan --sql',
    ]);
    expect(wrapped("  Next: yokeflow-upgrade rollback --project 'my yokeflow' --discard-rows", 40)).toEqual([
      '  Next:',
      "    yokeflow-upgrade rollback --project 'my yokeflow' --discard-rows",
    ]);
  });

  it('is not broken at the end of a wide terminal, but at 120 characters', () => {
    const lines = wrapped('word '.repeat(60).trim(), 400);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
  });
});

it('a line that fits stays as it is', () => {
  const text = '  Database   yokeflow\n\n   1  step   what it brings';
  expect(wrap(text, 80)).toBe(text);
});

it('loses no word, and no line is wider than the terminal', () => {
  const word = fc.stringMatching(/^[a-z,.()]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 40 }),
      fc.nat(13),
      fc.integer({ min: 24, max: 150 }),
      (words, indent, columns) => {
        const lines = wrapped(
          ' '.repeat(indent) + words.map((text, i) => (i % 3 ? text : bold(text))).join(' '),
          columns,
        ).map(stripVTControlCharacters);
        expect(lines.join(' ').split(/\s+/).filter(Boolean)).toEqual(words);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
