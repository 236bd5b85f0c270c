import { expect, it } from 'vitest';
import type { Outcome } from '../../../../src/app/outcome.js';
import { styleFor } from '../../../../src/ui/text/style.js';
import { checkLines, writeOutcome } from '../../../../src/ui/text/text.js';
import type { Terminal } from '../../../../src/ui/terminal/terminal.js';
import type { VersionState } from '../../../../src/planning/version.js';
import { lookedAt, targets } from './outcomes.js';

const plain = styleFor({ isTTY: false, env: {}, platform: 'linux', noColour: true, words: true });

/** What goes to standard output. */
function written(outcome: Outcome): string {
  const lines: string[] = [];
  const terminal = { out: plain, talk: plain, print: (text: string) => lines.push(text) } as unknown as Terminal;
  writeOutcome(outcome, terminal, { quiet: false, verbose: false, options: ' --container c' });
  return lines.join('\n');
}

function restored(state: VersionState): string {
  const inspection = lookedAt();
  const version = { ...inspection.version, state };
  const outcome: Outcome = {
    command: 'restore',
    result: 'restored',
    exitCode: 0,
    target: targets.docker,
    inspection: { ...inspection, version },
    restored: { file: '/x.dump', release: '1.4.0', keptAs: undefined, unfinished: [] },
  };
  return written(outcome);
}

it('a restored database that is broken in use is called so, and its repair named', () => {
  expect(restored('defective')).toContain('YokeFlow 1.4.0, complete and broken in use.');
  expect(restored('defective')).toContain(
    "Next: start YokeFlow's API again, or repair it first: yokeflow-upgrade upgrade --container c",
  );
});

it('one that is as it should be is followed by the start of the API', () => {
  expect(restored('current')).toMatch(/YokeFlow 1\.4\.0\.\n {2}Next: start YokeFlow's API again\.$/);
});

it('what is missing altogether stands beside its title, and what was found instead under it', () => {
  const check = { system: 'intervention', ok: false, expected: 'e', remedy: 'r' } as const;
  const lines = checkLines(
    [
      { ...check, id: 'a', title: 'The table', found: 'both missing', allMissing: true },
      { ...check, id: 'b', title: 'The probe', found: 'a row is missing' },
    ],
    plain,
  );
  expect(lines.slice(2)).toEqual([
    '  failed: The table: both missing',
    '  failed: The probe',
    '      found: a row is missing',
  ]);
});
