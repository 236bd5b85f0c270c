import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, plural } from '../../../src/inert/words.js';

describe('words', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [9_940, '9.9 kB'],
    [9_999, '10 kB'],
    [212_400_000, '212 MB'],
    [999_499, '999 kB'],
    [999_999, '1.0 MB'],
    [1e12, '1.0 TB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0.0 s'],
    [440, '0.4 s'],
    [12_340, '12.3 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 0 s'],
    [65_000, '1 min 5 s'],
    [119_700, '2 min 0 s'],
    [3_600_000, '60 min 0 s'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('one is a word', () => {
    expect([0, 1, 2].map((count) => plural(count, 'step is', 'steps are'))).toEqual([
      '0 steps are',
      'one step is',
      '2 steps are',
    ]);
  });
});
