import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { asked, choose } from '../support/dialogue.js';
import { rowsSql } from '../support/fixtures.js';
import { describeOnTerminal, keys, onTerminal, type OnTerminal } from '../support/pseudo-terminal.js';
import { load, remember, type Loaded } from './database.js';

/** How soon a run is gone that has nothing to roll back, in ms. */
const AT_ONCE = 2000;

/** The exit code of what a signal has ended, as a shell shows it. */
const HUNG_UP = 128 + 1;

type Way = 'Ctrl-C' | 'Ctrl-C twice' | 'Ctrl-D' | 'SIGTERM';
const leave: Record<Way, (terminal: OnTerminal) => void> = {
  'Ctrl-C': (terminal) => terminal.type(keys.ctrlC),
  'Ctrl-C twice': (terminal) => terminal.type(keys.ctrlC + keys.ctrlC),
  'Ctrl-D': (terminal) => terminal.endInput(),
  SIGTERM: (terminal) => void process.kill(terminal.pid, 'SIGTERM'),
};

interface Place {
  readonly prepare: () => Promise<Loaded>;
  readonly args: readonly string[];
  readonly arrive: (terminal: OnTerminal) => Promise<void>;
  readonly ways: readonly Way[];
}

const whatNext = (terminal: OnTerminal) => asked(terminal, 'What next?');
const upgrade = ['upgrade', '--no-backup'];
const places: Record<string, Place> = {
  'what next': {
    prepare: () => load('1.3.0'),
    args: upgrade,
    arrive: whatNext,
    ways: ['Ctrl-C', 'Ctrl-C twice', 'Ctrl-D', 'SIGTERM'],
  },
  'what next, where numbers are typed': {
    prepare: () => load('1.3.0'),
    args: [...upgrade, '--plain'],
    arrive: whatNext,
    ways: ['Ctrl-C', 'Ctrl-C twice', 'Ctrl-D'],
  },
  'what next, after a rehearsal': {
    prepare: () => load('1.3.0'),
    args: upgrade,
    arrive: async (terminal) => {
      await choose(terminal, 'What next?', 'Rehearse on a copy first');
      await terminal.shows('The upgrade works on a copy of your database');
      await whatNext(terminal);
    },
    ways: ['Ctrl-C'],
  },
  'agent sessions are running': {
    prepare: () => load('1.3.0', rowsSql('base/running')),
    args: upgrade,
    arrive: (terminal) => asked(terminal, 'Agent sessions are running: Recipe Box #50'),
    ways: ['Ctrl-C', 'Ctrl-D'],
  },
  'go back to 1.3.0': { prepare: upgraded, args: ['rollback'], arrive: whatNext, ways: ['Ctrl-C', 'Ctrl-D'] },
};

/** As the upgrade leaves 1.3.0. */
async function upgraded(): Promise<Loaded> {
  const database = await load('1.3.0');
  await runCommand(['upgrade', '--yes', '--no-backup', '--database-url', database.url]);
  return remember(database);
}

describeOnTerminal('leaving at a question, before yes was said to anything', () => {
  describe.each(Object.entries(places))('%s', (_, { prepare, args, arrive, ways }) => {
    let database: Loaded;
    beforeAll(async () => {
      database = await prepare();
    });
    afterAll(() => database?.drop());

    it.each(ways)('%s leaves at once: 130, and nothing has changed', async (way) => {
      const terminal = await onTerminal([...args, '--database-url', database.url]);
      await arrive(terminal);
      const begun = Date.now();
      leave[way](terminal);
      expect(await terminal.ended, terminal.screen()).toBe(130);
      expect(Date.now() - begun).toBeLessThan(AT_ONCE);
      expect(terminal.words()).toMatch(/YF701 Left before anything changed\. Nothing was changed\. Next: /);
      await database.expectUnchanged();
    });
  });

  describe('closing the window', () => {
    let database: Loaded;
    beforeAll(async () => {
      database = await load('1.3.0');
    });
    afterAll(() => database?.drop());

    it.each([{ more: [] }, { more: ['--plain'] }])('ends it, and nothing has changed: $more', async ({ more }) => {
      const terminal = await onTerminal([...upgrade, ...more, '--database-url', database.url]);
      await whatNext(terminal);
      terminal.hangUp();
      expect(await terminal.ended).toBe(HUNG_UP);
      await database.expectUnchanged();
    });
  });
});
