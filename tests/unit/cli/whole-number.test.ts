import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { LONGEST_MS, LONGEST_SECONDS, wholeNumber } from '../../../src/cli/settings.js';

it.each([
  ['1', 1],
  ['60', 60],
  ['007', 7],
  ['2147483647', LONGEST_MS],
])('%j is the number %i', (text, number) => {
  expect(wholeNumber(1, LONGEST_MS)(text)).toBe(number);
});

it.each([
  '',
  ' ',
  ' 5',
  '5 ',
  '+5',
  '-1',
  '0',
  '1.0',
  '1.5',
  '1e3',
  '1E3',
  '0x10',
  '0b1',
  '1_000',
  '1,000',
  'Infinity',
  'NaN',
  '\u0661',
  '2147483648',
  '99999999999',
  '9'.repeat(400),
])('%j is none', (text) => {
  expect(() => wholeNumber(1, LONGEST_MS)(text)).toThrow(InvalidArgumentError);
});

it('every option that takes a number bounds it by what timers and PostgreSQL take', () => {
  const numeric = commands
    .flatMap(({ options }) => options)
    .filter(({ parseArg, argChoices }) => parseArg !== undefined && argChoices === undefined);
  expect(numeric.map(({ long }) => long)).toEqual(expect.arrayContaining(['--lock-timeout', '--wait', '--keep']));
  for (const { parseArg, long } of numeric) {
    expect(() => parseArg?.('99999999999', undefined), long).toThrow(InvalidArgumentError);
    expect(() => parseArg?.('1e3', undefined), long).toThrow(InvalidArgumentError);
  }
  // A whole second more would not fit.
  expect(LONGEST_SECONDS * 1000).toBeLessThanOrEqual(LONGEST_MS);
});
