import { expect, it } from 'vitest';
import { mostTelling, tellingOrder } from '../../../src/detect/telling.js';
import { UpgradeError } from '../../../src/errors/error.js';
import type { ErrorCode } from '../../../src/errors/codes.js';

const failure = (code: ErrorCode, isNamed = false, found = 'nothing listens there') => ({
  error: new UpgradeError({ code, message: code, found: [found], remedy: '' }),
  isNamed,
});

it.each<[string, ReturnType<typeof failure>[], ErrorCode | undefined]>([
  ['nothing at all', [], undefined],
  ['a usual socket that is dead', [failure('YF203')], undefined],
  ['a dead context', [failure('YF203', true)], 'YF203'],
  ['a usual socket that hangs', [failure('YF203', false, 'no answer in time')], 'YF203'],
  ['no rights on one, and another dead', [failure('YF203', true), failure('YF210')], 'YF210'],
  ['a wrong CA, and no rights elsewhere', [failure('YF211', true), failure('YF210')], 'YF210'],
  ['a changed host key, whatever else', [failure('YF210'), failure('YF243', true), failure('YF242', true)], 'YF242'],
  ['a code that says nothing of an engine', [failure('YF901', true)], undefined],
])('of %s', (_, failures, code) => {
  expect(mostTelling(failures)?.code).toBe(code);
});

it('each code has one place', () => {
  expect(new Set(tellingOrder).size).toBe(tellingOrder.length);
});
