import { codedError } from '../engine/coded-error.js';
import { UpgradeError } from '../errors/error.js';
import { say, type Redacted } from './redaction/redacted.js';
import type { Redactor } from './redaction/redactor.js';
import type { ErrorFacts, Part, Unavailable } from './report.js';
import { learnMessages } from './sources/server-message.js';

/** Runs what finds out one part; where it fails, the reason takes its place. Never throws. */
export async function part<T>(redactor: Redactor, find: () => Promise<T>): Promise<Part<T>> {
  try {
    return await find();
  } catch (error) {
    return unavailable(reasonOf(error, redactor));
  }
}

export function unavailable(because: Redacted): Unavailable {
  return { unavailable: because };
}

/** An error in a line. */
export function reasonOf(error: unknown, redactor: Redactor): Redacted {
  learnMessages(error, redactor);
  const coded = codedError(error);
  if (coded instanceof UpgradeError)
    return say`${redactor.text(coded.code)} ${redactor.text([coded.message, ...coded.found].join(' '))}`;
  return redactor.text(coded instanceof Error ? coded.message || coded.name : String(coded));
}

/** An error that a user met, as the report tells it. */
export function errorFacts({ code, message, found, remedy }: UpgradeError, redactor: Redactor): ErrorFacts {
  return {
    code,
    message: redactor.text(message),
    found: found.map((line) => redactor.text(line)),
    remedy: redactor.text(remedy),
  };
}
