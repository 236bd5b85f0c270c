import { isatty } from 'node:tty';

/**
 * Ends this process by SIGHUP, once all is done, where its terminal has been closed. Node would set the terminal back
 * to how it found it, which fails, and abort with a core file (`ResetStdio` in Node's source).
 */
export function endWithTerminal(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.once('exit', () => {
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}
