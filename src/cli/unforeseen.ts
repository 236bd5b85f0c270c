let isKnown = false;
let announce: (error: unknown) => void = () => undefined;

/** Rejects with the first error that nobody caught while the command went on. */
export const unforeseen = new Promise<never>((_, reject) => {
  announce = reject;
});
unforeseen.catch(() => undefined);

/**
 * Hears from now on of every error that nobody catches, such as a rejected promise that is not waited for: Node would print its stack and
 * leave, with no word on what became of the run. Likewise of an end for want of anything to wait for, which would tell nothing at all.
 * Source: "Event: 'uncaughtException'", "'unhandledRejection'" and "'beforeExit'" in Node's "Process".
 */
export function watchForTheUnforeseen(): void {
  const hear = (error: unknown) => {
    // An error after the outcome, such as a connection that breaks while closing, does not change the outcome.
    if (isKnown) return;
    announce(error);
  };
  process.on('uncaughtException', hear).on('unhandledRejection', hear);
  process.once('beforeExit', () => hear(new Error('nothing was left to wait for')));
}

/** To be called when there is nothing left but to tell what the run came to. */
export function outcomeIsKnown(): void {
  isKnown = true;
}
