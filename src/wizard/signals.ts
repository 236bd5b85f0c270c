/** What a closed terminal, Ctrl-C and a service manager send. */
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Turns the first signal into an abort, so that the work can roll back and say so; a second one leaves at once.
 * @param onFirst told once, when the first signal arrives
 */
export async function cancellable<T>(onFirst: () => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      process.stderr.write('\nLeft at once. PostgreSQL rolls back what was not committed; to see where it is, run: yokeflow-upgrade status\n');
      process.exit(130);
    }
    onFirst();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
