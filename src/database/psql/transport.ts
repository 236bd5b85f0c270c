/** A running psql: what goes in and what comes out. Docker's exec is one; a local process is another. */
export interface PsqlTransport {
  write(text: string): void;
  /** Calls back with every piece of text that psql writes. */
  onOutput(listener: (channel: 'stdout' | 'stderr', text: string) => void): void;
  /** Calls back once, when psql is gone or can no longer be heard. */
  onEnd(listener: () => void): void;
  /** Waits a moment for psql to end, then lets go of it. Never throws. */
  close(): Promise<void>;
  /** Lets go of psql at once. */
  abandon(): void;
}
