import { expect, it } from 'vitest';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';
import { logFacts } from '../../../src/support-report/sources/container-log.js';

const LENGTH = 200_000;
/** What rules could take very long for: runs in which each character may begin something. */
const runs: Record<string, string> = {
  'one letter': 'a',
  capitals: 'A',
  dots: 'a.',
  ats: 'a@',
  quotes: "'",
  'double quotes': '"',
  backslashes: '\\',
  slashes: '/a',
  colons: '1:',
  hexadecimal: 'deadbeef',
  base64: 'aGVsbG8gd29ybGQ3',
  blanks: ' ',
  hyphens: 'a-',
  addresses: 'http://',
  parameters: 'a=b&',
  passwords: 'password=',
  words: 'password',
  homes: '/home/',
  keys: '(a)=(',
  percents: '%41',
  tabs: '\n\t',
  brackets: '(',
  keyed: 'token=a1b2c3d4 ',
  hosts: 'host ',
  statements: "2026-11-23 04:40:19 UTC [61] STATEMENT:  INSERT INTO x VALUES ('abc', 5)\n",
};

it.each(Object.entries(runs))('a log and a text with 200 kB of %s take a moment and no longer', (_, run) => {
  const redactor = new Redactor();
  redactor.knowSecret(`S3cret'w/o r$d@%2&:#?=\\`);
  redactor.knowHost('buildbox');
  redactor.knowUser('alice');
  const long = run.repeat(LENGTH / run.length);
  const begun = performance.now();
  redactor.finish([logFacts(`2026-11-23 04:40:19 UTC [61] ERROR:  ${long}`, redactor), redactor.definition(long)]);
  // It takes a second at most. Where time grows with the square of the length, it takes minutes.
  expect(performance.now() - begun).toBeLessThan(8000);
});
