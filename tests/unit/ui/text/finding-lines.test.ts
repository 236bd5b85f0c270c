import { describe, expect, it } from 'vitest';
import { findingLines } from '../../../../src/ui/text/finding-lines.js';
import { styleFor } from '../../../../src/ui/text/style.js';
import type { Finding } from '../../../../src/inspection/finding.js';

const style = styleFor({ isTTY: false, env: {}, platform: 'linux', noColour: true, words: false });
const missing = (subject: string): Finding => ({
  code: 'YF806',
  title: `${subject}: expected one, found missing`,
  remedy: 'r',
  subject,
});
const holder = (pid: number): Finding => ({
  code: 'YF314',
  title: `process ${pid} of ${'x'.repeat(200)} holds locks`,
  remedy: 'r',
});
const many = Array.from({ length: 300 }, (_, index) => index);

describe('a plain list of findings', () => {
  it('tells once what several objects have in common, and names them', () => {
    expect(findingLines([missing('table a'), holder(7), missing('view b')], style, false)).toEqual([
      '',
      '  ! YF806  A part of a release is missing, or one that it takes away is still there: table a, view b',
      expect.stringMatching(/^ {2}! YF314 {2}process 7 of x+ \.\.\.$/),
      '    What a code means: yokeflow-upgrade explain YF806',
    ]);
  });

  it.each([
    ['objects', many.map((index) => missing(`function with_a_long_name_${index}`))],
    ['transactions', many.map(holder)],
    ['both', many.flatMap((index) => [holder(index), missing(`table t${index}`)])],
    ['long names', many.map((index) => missing(`table ${'y'.repeat(500)}${index}`))],
  ])('has room for any number of %s, and counts what it leaves out', (_, findings) => {
    const text = findingLines(findings, style, false).join('\n');
    expect(text.length).toBeLessThan(1200);
    expect(text.split('\n').length).toBeLessThanOrEqual(9);
    const named = [...text.matchAll(/process \d+|t\d+|name_\d+/g)].length;
    const left = [...text.matchAll(/(\d+) more/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    if (!text.includes('yyy')) expect(named + left).toBe(findings.length);
  });
});

it('in full, each has its line', () => {
  const lines = findingLines([...many.map((index) => missing(`table t${index}`)), holder(1)], style, true);
  expect(lines).toHaveLength(many.length + 3);
  expect(lines).toContain('  ! YF806  table t299: expected one, found missing');
});
