import { expect, it } from 'vitest';
import { errorCodes, type ErrorCode } from '../../../src/errors/codes.js';
import { sourceText } from './source.js';

const isUsed = (code: ErrorCode): boolean => sourceText().includes(`'${code}'`);

it('every code is raised somewhere in src', () => {
  expect(errorCodes.filter((code) => !isUsed(code))).toEqual([]);
});

it('codes are unique, in order, and src raises no other', () => {
  expect([...new Set(errorCodes)].sort()).toEqual(errorCodes);
  const raised = [...sourceText().matchAll(/'(YF\d+)'/g)].map(([, code]) => code as ErrorCode);
  expect(raised.filter((code) => !errorCodes.includes(code))).toEqual([]);
});
