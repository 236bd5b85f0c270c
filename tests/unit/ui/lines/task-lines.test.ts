import { expect, it } from 'vitest';
import { styleFor } from '../../../../src/ui/text/style.js';
import type { Terminal } from '../../../../src/ui/terminal/terminal.js';
import { plainLines } from '../../../../src/ui/lines/task-lines.js';

const talk = styleFor({ isTTY: false, env: {}, platform: 'linux', noColour: true, words: true });
const phases = ['locks', 'checks', 'commit'].map((key) => ({ key, title: `The ${key}` }));

/** The lines that are said while this goes on, without how long anything took. */
async function said(work: Parameters<typeof plainLines<void>>[2]): Promise<string[]> {
  const lines: string[] = [];
  const terminal = {
    talk,
    plain: false,
    verbose: false,
    info: (text: string) => lines.push(text.replace(/ \([\d.]+ s\)$/, '').trim()),
  };
  await plainLines(phases, terminal as unknown as Terminal, work).catch(() => lines.push('it failed'));
  return lines;
}

it('a phase that is gone back from has no tick before it held', async () => {
  expect(
    await said(async (on) => {
      on({ phase: 'locks' });
      on({ phase: 'checks', dryRun: false });
      on({ phase: 'waiting', waitsFor: 'lock', reason: 'sessions is locked' });
      on({ phase: 'locks' });
      on({ phase: 'checks', dryRun: false });
      on({ phase: 'commit' });
    }),
  ).toEqual([
    'ok: The locks',
    'note: waiting: sessions is locked',
    'note: The checks, rolled back to be tried again',
    'ok: The locks',
    'ok: The checks',
    'ok: The commit',
  ]);
});

it('the phase that failed has a cross', async () => {
  expect(
    await said(async (on) => {
      on({ phase: 'locks' });
      on({ phase: 'checks', dryRun: false });
      throw new Error('no');
    }),
  ).toEqual(['ok: The locks', 'failed: The checks', 'it failed']);
});
