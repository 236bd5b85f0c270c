import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventPhases } from '../../../../src/ui/events/phases.js';
import type { Event } from '../../../../src/ui/events/event.js';
import type { Listener } from '../../../../src/engine/progress.js';

const phases = ['backup', 'labels', 'first', 'second', 'commit'].map((key) => ({ key, title: `The ${key}` }));
const statement = (name: string, number: number) =>
  ({ phase: 'statement', name, number, statements: 9, dryRun: false }) as const;

let told: Event[];
const run = (work: (on: Listener) => void | Promise<void>) =>
  eventPhases(
    phases,
    (event) => told.push(event),
    async (on) => work(on),
  );
const states = () => told.flatMap((event) => (event.event === 'phase' ? [`${event.key} ${event.state}`] : []));
const of = (name: Event['event']) => told.filter(({ event }) => event === name);

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('eventPhases', () => {
  it('announces every phase, and tells of those that come about how long they took', async () => {
    await run((on) => {
      on({ phase: 'labels' });
      vi.advanceTimersByTime(40);
      on(statement('second', 1));
      vi.advanceTimersByTime(2);
    });
    expect(told[0]).toEqual({ event: 'phases', phases });
    expect(states()).toEqual(['labels started', 'labels done', 'second started', 'second done']);
    expect(of('phase').map((event) => ('durationMs' in event ? event.durationMs : undefined))).toEqual([
      undefined,
      40,
      undefined,
      2,
    ]);
  });

  it('tells of a phase that is gone back from that it is retried', async () => {
    await run((on) => {
      on(statement('first', 1));
      on(statement('second', 1));
      on({ phase: 'waiting', waitsFor: 'lock', reason: 'sessions is locked' });
      on(statement('first', 1));
      on(statement('second', 1));
    });
    expect(states()).toEqual([
      'first started',
      'first done',
      'second started',
      'second retried',
      'first started',
      'first done',
      'second started',
      'second done',
    ]);
  });

  it('tells which phase failed, and throws what it failed with', async () => {
    const failure = new Error('no');
    await expect(
      run((on) => {
        on({ phase: 'labels' });
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(states()).toEqual(['labels started', 'labels failed']);
  });

  it('leaves out what belongs to no phase that was announced', async () => {
    await run((on) => {
      on(statement('tidy up', 1));
    });
    expect(told).toHaveLength(1);
  });

  it('counts bytes four times a second at most, and statements each', async () => {
    await run((on) => {
      for (let bytes = 0; bytes < 1000; bytes++) {
        on({ phase: 'backup', detail: `${bytes} bytes`, bytes, totalBytes: 1000 });
        vi.advanceTimersByTime(1);
      }
      for (let number = 1; number <= 9; number++) on(statement('first', number));
    });
    const [counted, statements] = [
      of('progress').filter((event) => 'bytes' in event),
      of('progress').filter((event) => 'statement' in event),
    ];
    expect(counted).toHaveLength(4);
    expect(counted.at(-1)).toMatchObject({ key: 'backup', bytes: 750, totalBytes: 1000 });
    expect(statements).toHaveLength(9);
  });

  it('says once a second at most who is in the way', async () => {
    await run((on) => {
      for (let i = 0; i < 100; i++) {
        on({ phase: 'waiting', waitsFor: 'lock', reason: `for ${i}` });
        vi.advanceTimersByTime(50);
      }
    });
    expect(of('waiting')).toHaveLength(5);
  });

  it('is never silent for longer than 15 s', async () => {
    await run((on) => {
      on({ phase: 'backup', detail: 'half', bytes: 5 });
      vi.advanceTimersByTime(31_000);
    });
    expect(of('progress')).toMatchObject([
      { bytes: 5, durationMs: 0 },
      { detail: 'half', bytes: 5, durationMs: 15_000 },
      { bytes: 5, durationMs: 30_000 },
    ]);
    vi.advanceTimersByTime(60_000);
    expect(of('progress'), 'and says nothing any more once it is over').toHaveLength(3);
  });

  it('makes a message of a run that will not be recorded', async () => {
    await run((on) => {
      on({ phase: 'not recorded', reason: 'permission denied' });
    });
    expect(told.at(-1)).toEqual({ event: 'message', text: 'not recorded: permission denied' });
  });
});
