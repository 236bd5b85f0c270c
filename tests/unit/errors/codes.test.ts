import { expect, it } from 'vitest';
import { errorCodes, type ErrorCode } from '../../../src/errors/codes.js';
import { sourceText } from './source.js';

/** Codes that nothing raises, each with the reason. A code is never given away to mean something else. */
const unused: Partial<Record<ErrorCode, string>> = {
  YF310: 'for the commands that take --to',
  YF805: 'for the findings of a database at 1.1.0',
  YF809: 'for the findings of verify',
};

const isUsed = (code: ErrorCode): boolean => sourceText().includes(`'${code}'`);

it('every code is raised somewhere in src, or is listed here with the reason', () => {
  expect(errorCodes.filter((code) => !isUsed(code) && !(code in unused))).toEqual([]);
});

it('no code that src raises is listed as unused', () => {
  expect(Object.keys(unused).filter((code) => isUsed(code as ErrorCode)), 'take these off the list').toEqual([]);
});

it('codes are unique, in order, and src raises no other', () => {
  expect([...new Set(errorCodes)].sort()).toEqual(errorCodes);
  const raised = [...sourceText().matchAll(/'(YF\d+)'/g)].map(([, code]) => code as ErrorCode);
  expect(raised.filter((code) => !errorCodes.includes(code))).toEqual([]);
});
