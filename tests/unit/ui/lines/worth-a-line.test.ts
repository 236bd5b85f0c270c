import { afterEach, expect, it, vi } from 'vitest';
import type { Terminal } from '../../../../src/ui/terminal/terminal.js';
import { plainLines } from '../../../../src/ui/lines/task-lines.js';
import { worthALine } from '../../../../src/ui/lines/worth-a-line.js';

afterEach(() => {
  vi.useRealTimers();
});

const blockedBy = (...pids: number[]) =>
  pids.map((pid) => ({
    pid,
    application: 'psql',
    user: 'agent',
    state: 'active',
    querySeconds: null,
    transactionSeconds: null,
  }));

it('who is in the way is said once, again when it is another one, and now and then', () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const isWorthALine = worthALine();
  const wait = (reason: string, ...pids: number[]) => {
    if (isWorthALine({ waitsFor: 'lock', reason, blockers: blockedBy(...pids) })) said.push(reason);
  };
  for (let second = 1; second <= 20; second++) {
    wait(`sessions is locked for ${second} s`, 97, 99);
    wait(`tables are in use for ${second} s`, 99, 97);
    vi.advanceTimersByTime(1000);
  }
  wait('sessions is locked', 98);
  expect(said).toEqual(['sessions is locked for 1 s', 'sessions is locked for 16 s', 'sessions is locked']);
});

it('where nobody is known to be in the way, it is said once for what is waited for', () => {
  const said: string[] = [];
  const isWorthALine = worthALine();
  const notices = [
    { waitsFor: 'server', reason: 'no answer within 5 s' },
    { waitsFor: 'server', reason: 'no answer within 10 s' },
    { waitsFor: 'commit', reason: 'asking the server' },
  ] as const;
  for (const notice of notices) if (isWorthALine(notice)) said.push(notice.reason);
  expect(said).toEqual(['no answer within 5 s', 'asking the server']);
});

it('so it is in a log, in which nothing is redrawn', async () => {
  const said: string[] = [];
  const same = (text: string) => text;
  const talk = { note: '!', tick: 'ok', cross: 'x', dim: same } as unknown as Terminal['talk'];
  const terminal = { talk, info: (line: string) => void said.push(line) } as unknown as Terminal;
  await plainLines([], terminal, (on) => {
    for (let second = 1; second <= 5; second++)
      on({ phase: 'waiting', waitsFor: 'lock', reason: `locked for ${second} s`, blockers: blockedBy(97) });
    return Promise.resolve();
  });
  expect(said).toEqual(['  ! waiting: locked for 1 s']);
});
