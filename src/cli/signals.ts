import type { StopSignals } from '../app/stops.js';

/** What Ctrl-C, a service manager and a closed terminal send. */
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How long, in ms, writing the outcome may take after a signal. */
const WRITE_MS = 2000;

/** The signals of this process as what stops a run: the first one ends it in order, the second one at once. */
export function processSignals(): Required<Pick<StopSignals, 'signal' | 'abandon'>> & {
  /** To be called once only the outcome is left to write. It is written in spite of a signal; then the process ends. */
  readonly onlyTheOutcomeIsLeft: () => void;
} {
  const [cancel, abandon] = [new AbortController(), new AbortController()];
  const onSignal = () => (cancel.signal.aborted ? abandon : cancel).abort();
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: cancel.signal,
    abandon: abandon.signal,
    onlyTheOutcomeIsLeft: () => {
      for (const signal of signals) {
        process.off(signal, onSignal).once(signal, () => void setTimeout(() => process.exit(), WRITE_MS).unref());
      }
    },
  };
}
