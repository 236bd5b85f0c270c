import { afterEach, expect, it, vi } from 'vitest';
import type { Terminal } from '../../../../src/ui/terminal/terminal.js';
import { plainLines } from '../../../../src/ui/lines/task-lines.js';
import { worthALine } from '../../../../src/ui/lines/worth-a-line.js';

afterEach(() => {
  vi.useRealTimers();
});

it('who is in the way is said once, again when it is another one, and now and then', () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const isWorthALine = worthALine();
  const on = (progress: { phase: 'waiting'; reason: string }) => {
    if (isWorthALine(progress)) said.push(progress.reason);
  };
  for (let second = 1; second <= 20; second++) {
    on({ phase: 'waiting', reason: `sessions is locked by pid 97 (psql), transaction open for ${second} s` });
    on({
      phase: 'waiting',
      reason: `YokeFlow's tables are in use (sessions). pid 97 (psql), transaction open for ${second} s`,
    });
    vi.advanceTimersByTime(1000);
  }
  on({ phase: 'waiting', reason: 'pid 98 (psql), transaction open for 20 s' });
  expect(said).toEqual([
    'sessions is locked by pid 97 (psql), transaction open for 1 s',
    'sessions is locked by pid 97 (psql), transaction open for 16 s',
    'pid 98 (psql), transaction open for 20 s',
  ]);
});

it('so it is in a log, in which nothing is redrawn', async () => {
  const said: string[] = [];
  const same = (text: string) => text;
  const talk = { note: '!', tick: 'ok', cross: 'x', dim: same } as unknown as Terminal['talk'];
  const terminal = { talk, info: (line: string) => void said.push(line) } as unknown as Terminal;
  await plainLines([], terminal, (on) => {
    for (let second = 1; second <= 5; second++)
      on({ phase: 'waiting', reason: `pid 97, transaction open for ${second} s` });
    return Promise.resolve();
  });
  expect(said).toEqual(['  ! waiting: pid 97, transaction open for 1 s']);
});
