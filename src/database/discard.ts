import type { Client } from 'pg';

/** Lets go of a client of `pg` at once: its `end()` waits for the other side, which may never close its own. */
export function discard(client: Client): void {
  void client.end().catch(() => undefined);
  // `pg` leaves it out of its types.
  (client as Client & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
