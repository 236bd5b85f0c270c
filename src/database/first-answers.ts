import { awaitAnswer } from './await-answer.js';
import { briefWait } from './look-wait.js';
import { SilentWhileLooking } from './session.js';
import { stoppedAnswering } from './silent-error.js';

/** How long, in ms, a new session's first questions may take, which are answered from memory. */
const FIRST_ANSWER_MS = 4000;

/**
 * Waits for the first answers of a session.
 * @param loginMs how long the login may take before them, where it is not over yet
 */
export async function opened<T>(opening: Promise<T>, discardIt: () => void, loginMs = 0): Promise<T> {
  return awaitAnswer(opening, briefWait(loginMs + FIRST_ANSWER_MS)()).catch((error: unknown) => {
    discardIt();
    throw error instanceof SilentWhileLooking ? stoppedAnswering(error) : error;
  });
}
