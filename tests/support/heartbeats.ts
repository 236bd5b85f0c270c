import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from './databases.js';
import type { TestDatabase } from './server.js';

export interface Heartbeats {
  /** Stops writing; returns how long each write took, in ms. Rejects if one failed. */
  stop(): Promise<number[]>;
}

/** Writes sessions.last_heartbeat again and again, as running agents do once a minute. */
export function startHeartbeats(database: TestDatabase, table = 'sessions'): Heartbeats {
  let going = true;
  const times: number[] = [];
  const done = connected(database, database.name, async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${table} LIMIT 5`);
    for (let turn = 0; going; turn++) {
      const begun = performance.now();
      await client.query(`UPDATE ${table} SET last_heartbeat = now() WHERE id = $1`, [rows[turn % rows.length]?.id]);
      times.push(performance.now() - begun);
      await sleep(2);
    }
  });
  // Looked at when it is stopped.
  done.catch(() => undefined);
  return {
    stop: async () => {
      going = false;
      await done;
      return times;
    },
  };
}
