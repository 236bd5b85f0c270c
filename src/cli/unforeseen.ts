let isKnown = false;
let announce: (error: unknown) => void = () => undefined;

/** Rejects with the first error that nobody caught while the command went on. */
export const unforeseen = new Promise<never>((_, reject) => {
  announce = reject;
});
unforeseen.catch(() => undefined);

/**
 * From now on receives every uncaught error, such as a rejected promise that is not awaited: Node would print its stack
 * and exit without an outcome. The same for a process that ends because nothing is left to wait for. Source: "Event:
 * 'uncaughtException'", "'unhandledRejection'" and "'beforeExit'" in Node's "Process".
 */
export function watchForTheUnforeseen(): void {
  const onError = (error: unknown) => {
    // An error after the outcome, such as a connection that breaks while closing, does not change the outcome.
    if (isKnown) return;
    announce(error);
  };
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  process.once('beforeExit', () => onError(new Error('nothing was left to wait for')));
}

/** To be called once only the outcome is left to write. */
export function outcomeIsKnown(): void {
  isKnown = true;
}
