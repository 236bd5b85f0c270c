import { schemaFaults } from './schema.js';

/** One line of `--events`, as far as tests look at it. */
export interface ToldEvent {
  event: string;
  at: string;
  [property: string]: unknown;
}

/**
 * Reads standard error as the events that `--events` promises: nothing but lines that the schema accepts, in an order
 * that makes sense.
 * @throws {Error} that says what is wrong
 */
export function readEvents(stderr: string): ToldEvent[] {
  const lines = stderr.split('\n');
  const fail = (what: string): never => {
    throw new Error(`standard error is not what --events promises: ${what}\n${stderr}`);
  };
  if (lines.pop() !== '') fail('the last line is cut short');
  const events = lines.map((line) => {
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      fail(`not JSON: ${line}`);
    }
    const faults = schemaFaults('event-1', event);
    if (faults.length > 0) fail(`${line}: ${faults.join('; ')}`);
    return event as ToldEvent;
  });
  for (const fault of orderFaults(events)) fail(fault);
  return events;
}

/** What the schema cannot say, because it sees one line at a time. */
function orderFaults(events: readonly ToldEvent[]): string[] {
  const faults: string[] = [];
  const once = (name: string, index: number) => {
    const at = events.flatMap(({ event }, i) => (event === name ? [i] : []));
    if (at.length !== 1 || at[0] !== index)
      faults.push(`${name} comes at ${at.join(', ') || 'no place'} instead of ${index}`);
  };
  once('started', 0);
  once('ended', events.length - 1);
  const failed = ![0, 10].includes(events.at(-1)?.['exitCode'] as number);
  if (failed) once('error', events.length - 2);
  else if (events.some(({ event }) => event === 'error')) faults.push('error comes without a failure');
  if (events.some(({ at }, i) => i > 0 && Date.parse(at) < Date.parse(events[i - 1]?.at ?? '')))
    faults.push('time goes backwards');
  return [...faults, ...phaseFaults(events)];
}

function phaseFaults(events: readonly ToldEvent[]): string[] {
  const faults: string[] = [];
  let announced: string[] = [];
  let current: string | undefined;
  for (const { event, key, state, phases } of events) {
    if (event === 'phases') announced = (phases as { key: string }[]).map((phase) => phase.key);
    if (event === 'progress' && key !== current) faults.push(`progress of ${String(key)} while ${current} has begun`);
    if (event !== 'phase') continue;
    if (!announced.includes(key as string)) faults.push(`the phase ${String(key)} was not announced`);
    if ((state === 'started') !== (current === undefined))
      faults.push(`${String(key)} ${String(state)} while ${current} has begun`);
    if (state !== 'started' && key !== current) faults.push(`${String(key)} ${String(state)} without having begun`);
    current = state === 'started' ? (key as string) : undefined;
  }
  return current === undefined ? faults : [...faults, `${current} is never over`];
}
