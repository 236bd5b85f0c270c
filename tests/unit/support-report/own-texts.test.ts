import { expect, it } from 'vitest';
import { errorCodes } from '../../../src/errors/codes.js';
import { explain } from '../../../src/errors/explanations.js';
import { baseChecks, releases } from '../../../src/releases/registry.js';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';

const steps = releases.flatMap((release) => release.steps);
const checks = [...baseChecks, ...steps.flatMap((step) => step.checks)];
const texts = [
  ...steps.flatMap(({ id, title, without, file }) => [id, title, ...without, file]),
  ...checks.flatMap(({ id, title, expectations }) => [
    id,
    title,
    ...expectations.flatMap((one) => (one.kind === 'has' ? [`${one.key.replace(':', ' ')}: ${one.definition}`] : [])),
  ]),
  ...errorCodes
    .map(explain)
    .flatMap(({ title, meaning, causes = [], changed }) => [title, meaning, ...causes, changed]),
];

it.each([...new Set(texts)])('a text of this program comes through as it is: %s', (text) => {
  const redactor = new Redactor();
  // A long one is cut, after redaction.
  expect(redactor.finish(redactor.text(text)).report.slice(0, 600)).toBe(text.slice(0, 600));
});
