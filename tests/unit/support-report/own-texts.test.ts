import { expect, it } from 'vitest';
import { errorCodes } from '../../../src/errors/codes.js';
import { explain } from '../../../src/errors/explanations.js';
import { everyCheck, releases } from '../../../src/releases/registry.js';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';

it('every text of this program comes through as it is', () => {
  const steps = releases.flatMap((release) => release.steps);
  const texts = [
    ...steps.flatMap(({ id, title, without, file }) => [id, title, ...without, file]),
    ...everyCheck.flatMap(({ id, title, expectations }) => [
      id,
      title,
      ...expectations.flatMap((one) => (one.kind === 'has' ? [`${one.key.replace(':', ' ')}: ${one.definition}`] : [])),
    ]),
    ...errorCodes
      .map(explain)
      .flatMap(({ title, meaning, causes = [], changed }) => [title, meaning, ...causes, changed]),
  ];
  const redactor = new Redactor();
  // A long one is cut, after redaction.
  const begins = (text: string) => text.slice(0, 600);
  expect(texts.map((text) => begins(redactor.finish(redactor.definition(text)).report))).toEqual(texts.map(begins));
  expect(texts.length).toBeGreaterThan(1000);
});
