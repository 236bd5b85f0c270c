import { upgrade, type Event } from 'yokeflow-upgrade';

// A connection string for each database. Their passwords come from PGPASSWORD or ~/.pgpass: arguments are seen by everybody.
const databases = process.argv.slice(2);

/** Upgrades one database, with events, an end and a deadline of its own. */
async function upgradeOne(databaseUrl: string, number: number): Promise<boolean> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const onEvent = (event: Event) => {
    if (event.event === 'phase' && event.state === 'done')
      console.log(`${number}: ${event.title} (${event.durationMs} ms)`);
    if (event.event === 'waiting') console.log(`${number}: waiting: ${event.reason}`);
  };
  const outcome = await upgrade({ databaseUrl, wait: 120, maxTime: 600, backup: false, onEvent, signal: stop.signal });
  if (outcome.error) console.error(`${number}: ${outcome.error.code} ${outcome.error.message} ${outcome.error.remedy}`);
  const passed = outcome.checks.filter(({ ok }) => ok).length;
  console.log(
    `${number}: ${outcome.result}, at ${outcome.version?.release}, ${passed} of ${outcome.checks.length} checks passed`,
  );
  return outcome.ok;
}

const done = await Promise.all(databases.map(upgradeOne));
process.exitCode = done.every(Boolean) ? 0 : 1;
