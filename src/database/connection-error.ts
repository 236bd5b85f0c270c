import { engineLine } from './engine-line.js';
import type { DirectTarget, DockerTarget } from './target.js';
import { CommandFailed } from './container/command/command-failed.js';
import { engineFailure } from './docker/failure.js';
import { engineName } from './engine-address.js';
import { UpgradeError } from '../errors/error.js';
import { passwordPlaces } from './password-advice.js';
import { NotPostgres } from './not-postgres.js';
import { causeOf, type Cause, type Refusal } from './refusal-cause.js';
import { refusalOf } from './refusal.js';
import { refusalInText } from './refusal-text.js';
import { DatabaseError } from './session.js';

/**
 * Says in the user's words why a direct connection did not come about.
 * @param wasAsked whether the server asked for a password
 * @param refusal what it is, where more was found out than the error tells
 */
export function connectionError(
  cause: unknown,
  target: DirectTarget,
  wasAsked = target.password !== undefined,
  refusal = refusalOf(cause, { ...target, wasAsked }),
): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const found =
    refusal === 'no-password'
      ? passwordPlaces(target)
      : cause instanceof NotPostgres
        ? [`it sent: ${cause.greeting}`]
        : [messageOf(cause)];
  const before = (target.passedOver ?? []).map((reason) => `tried before it: ${reason}`);
  return failed(cause, causeOf(refusal, target), [...found, ...before]);
}

/**
 * Says in the user's words why psql in a container did not connect.
 * @param refusal what it is, where more was found out than the text tells
 */
export function execError(cause: unknown, target: DockerTarget, refusal?: Refusal): UpgradeError {
  if (cause instanceof UpgradeError) return cause;
  const text = messageOf(cause);
  const { container } = target;
  if (/psql: not found|executable file not found/.test(text)) {
    return failed(cause, {
      code: 'YF208',
      message: `There is no psql in the container ${container}.`,
      remedy: 'Name the PostgreSQL container with --container NAME, or go through its port with --database-url URL.',
    });
  }
  if (/is not running|is paused|No such container|container state improper|no container with name/i.test(text)) {
    return failed(cause, {
      code: 'YF202',
      message: `The container ${container} stopped while it was being looked at.`,
      remedy: `Start it with: ${engineLine(target.engine, 'start', container)}`,
    });
  }
  if (isOfEngine(cause)) {
    const { code, reason, remedy } = engineFailure(cause, target.engine);
    return failed(
      cause,
      {
        code,
        message: `${capital(engineName(target.engine))} ran no program in the container ${container}.`,
        remedy,
      },
      [reason],
    );
  }
  return failed(
    cause,
    causeOf(refusal ?? refusalInText(text, target) ?? (cause instanceof DatabaseError ? 'refused' : 'silent'), target),
  );
}

/** The engine's answers have a status, and a connection to it that fails has a code; what psql says has neither. */
function isOfEngine(cause: unknown): boolean {
  const { statusCode, code } = cause as { statusCode?: unknown; code?: unknown };
  return cause instanceof CommandFailed || statusCode !== undefined || typeof code === 'string';
}

function failed(cause: unknown, { code, message, remedy }: Cause, found = [messageOf(cause)]): UpgradeError {
  return new UpgradeError({ code, message, found, remedy, cause });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The words of an error; of one without any, its code. */
export function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text || (cause as { code?: string }).code || 'no reason given').trim();
}
