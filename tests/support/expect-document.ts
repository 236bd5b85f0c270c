import { expect } from 'vitest';
import type { CommandResult } from './command.js';
import type { Outcome } from './outcome.js';

const keys = [
  'schemaVersion',
  'command',
  'ok',
  'exitCode',
  'result',
  'target',
  'version',
  'steps',
  'checks',
  'findings',
  'backup',
  'error',
];

/**
 * Expects what holds for `--json` whatever happened: one document on standard output, of one shape, that agrees with
 * the exit code. Returns it.
 */
export function expectDocument(result: CommandResult): Outcome {
  const document = result.json();
  expect(Object.keys(document)).toEqual(expect.arrayContaining(keys));
  const due = result.exitCode === 0 || result.exitCode === 10;
  expect(document).toMatchObject({ schemaVersion: 1, exitCode: result.exitCode, ok: due });
  expect(document.error === null, 'an error, and only an error, comes with `error`').toBe(due);
  if (document.error) {
    expect(document.error.code).toMatch(/^YF\d{3}$/);
    expect(document.error.message).not.toBe('');
    expect(document.error.remedy).not.toBe('');
  }
  return document;
}
