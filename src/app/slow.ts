import type { Terminal } from '../ui/terminal/terminal.js';

/** After how long, in ms, a look is worth a word, and then another one. */
const FIRST_WORD_MS = 1500;
const NEXT_WORD_MS = 15_000;

/**
 * Runs a look that usually takes no time, and says what it is about where it does: an engine that does not answer, a
 * server far away.
 * @param what without a full stop, as in `Looking for YokeFlow's database`
 */
export async function tellIfSlow<T>(terminal: Pick<Terminal, 'say'>, what: string, work: () => Promise<T>): Promise<T> {
  const first = setTimeout(() => terminal.say(`${what} ...`), FIRST_WORD_MS);
  const next = setInterval(() => terminal.say('  still at it ...'), NEXT_WORD_MS);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(next);
  }
}
