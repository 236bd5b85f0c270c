import { expect, it } from 'vitest';
import { DatabaseError } from '../../../src/database/session.js';
import { ExitCode, UpgradeError } from '../../../src/errors/error.js';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';
import { learnMessages } from '../../../src/support-report/sources/server-message.js';

const coded = (cause: Error) =>
  new UpgradeError({
    code: 'YF501',
    exitCode: ExitCode.failed,
    message: `PostgreSQL refused: ${cause.message}`,
    remedy: 'Look.',
    cause,
  });

it.each([
  [new DatabaseError('ask alice at firma.de', 'P0001'), 'PostgreSQL refused: [message]'],
  [Object.assign(new Error('ask alice at firma.de'), { code: 'P0001' }), 'PostgreSQL refused: [message]'],
  [
    new DatabaseError('relation "sessions" does not exist', '42P01'),
    'PostgreSQL refused: relation "sessions" does not exist',
  ],
  [Object.assign(new Error('not permitted'), { code: 'EPERM' }), 'PostgreSQL refused: not permitted'],
  [coded(new Error('no answer')), 'PostgreSQL refused: PostgreSQL refused: no answer'],
])('of an error, what the server said is told by its known form (%s)', (cause, shown) => {
  const redactor = new Redactor();
  const error = coded(cause);
  learnMessages(error, redactor);
  expect(redactor.text(error.message)).toBe(shown);
});
