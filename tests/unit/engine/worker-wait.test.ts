import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/machine/deadline.js';
import type { Liveness } from '../../../src/database/backend-state.js';
import { workerWait } from '../../../src/engine/worker-wait.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nothing = () => Promise.resolve();
const working = (waitType: string | null, sign: string | undefined = 'the same'): Liveness => ({
  kind: 'working',
  sign,
  waitType,
  waitsFor: waitType,
});
const silent: Liveness = { kind: 'silent', reason: 'no answer' };

/** After how many s of nothing but this sight the wait is given up, and with what; undefined where it is not within some minutes. */
async function givenUp(seen: Liveness, waitMs: number): Promise<[seconds: number, error: string] | undefined> {
  const wait = workerWait(
    { liveness: () => Promise.resolve(seen), cancel: nothing, terminate: nothing },
    { deadline: new Deadline(waitMs), on: () => undefined },
  )();
  for (let seconds = 1; seconds < 700; seconds++) {
    vi.advanceTimersByTime(1000);
    const judged = Promise.resolve(wait.judge(seen, seconds * 1000));
    await vi.advanceTimersByTimeAsync(0);
    // Giving up waits a moment for the process to hear of it.
    const error = await Promise.race([judged, vi.advanceTimersByTimeAsync(2000).then(() => judged)]);
    if (error) return [seconds, error.name];
    vi.setSystemTime(Date.now() - 2000);
  }
  return undefined;
}

it.each([
  ['a process that waits for what passes by itself', working('Timeout'), 'NoProgress', 4, 13],
  ['a process that may be computing', working(null), 'NoProgress', 290, 310],
  ['a process that reads, each time that one looks', working('IO'), 'NoProgress', 290, 310],
  [
    'a process of which nothing can be seen',
    { kind: 'working', sign: undefined, waitType: null, waitsFor: null } as const,
    'NoProgress',
    590,
    610,
  ],
  ['a process that waits for a lock longer than the server lets it', working('Lock'), 'NoProgress', 10, 18],
  ['a server that is silent', silent, 'ServerSilent', 1, 7],
  ['a session that has not got what was sent', { kind: 'gone', reason: 'swallowed' } as const, 'ConnectionLost', 1, 3],
  ['a standby that does not confirm', { ...working('IPC'), waitsFor: 'SyncRep' } as Liveness, 'StandbyMissing', 1, 7],
])('%s is given up in time', async (_, seen, name, least, most) => {
  const [seconds, error] = (await givenUp(seen, 4000)) ?? [];
  expect(error).toBe(name);
  expect(seconds).toBeGreaterThanOrEqual(least);
  expect(seconds).toBeLessThanOrEqual(most);
});

it('a server that goes on gives the run its wait back', async () => {
  const deadline = new Deadline(60_000);
  const make = workerWait(
    { liveness: () => Promise.resolve(silent), cancel: nothing, terminate: nothing },
    { deadline, on: () => undefined },
  );
  const wait = make();
  await wait.judge(silent, 10_000);
  expect(deadline.remainingMs).toBe(50_000);
  await wait.judge(working(null), 11_000);
  expect([deadline.hasBegun, deadline.remainingMs]).toEqual([false, 60_000]);
  await wait.judge(silent, 20_000);
  make();
  expect(deadline.hasBegun).toBe(false);
  // A wait for somebody's lock stays what it is.
  deadline.begin();
  await wait.judge(silent, 1000);
  await wait.judge(working(null), 2000);
  expect(deadline.hasBegun).toBe(true);
});

it('an attempt at a lock is never so short that it is none', () => {
  const deadline = new Deadline(5000);
  expect(deadline.lockTimeoutMs(8000)).toBe(5000);
  deadline.begin(4990);
  expect(deadline.lockTimeoutMs(8000)).toBe(100);
  const none = new Deadline(0);
  none.begin();
  expect([none.isOver, none.lockTimeoutMs(1000)]).toEqual([true, 1000]);
});
