import { expect, it } from 'vitest';
import type { Outcome } from '../../../../src/app/outcome.js';
import type { UndoableStep } from '../../../../src/engine/rollback/way-back.js';
import { key } from '../../../../src/catalog/keys.js';
import { newestRelease, stepsTo } from '../../../../src/releases/registry.js';
import { styleFor } from '../../../../src/ui/text/style.js';
import { checkLines } from '../../../../src/ui/text/check-lines.js';
import { outcomeText } from '../../../../src/ui/text/text.js';
import { objectsOf } from '../../planning/snapshots.js';
import { lookedAtObjects, outcomes, targets } from './outcomes.js';

const plain = styleFor({ isTTY: false, env: {}, platform: 'linux', noColour: true, words: true });

/** What goes to standard output. */
function written(outcome: Outcome): string {
  const how = { quiet: false, verbose: false, options: ' --container c' };
  return outcomeText(outcome, { out: plain, talk: plain }, how).answer.join('\n');
}

const all = stepsTo(newestRelease).map(({ id }) => id);
const defect = [key.column('intervention_actions', 'action_status'), 'character varying(20) not null'] as const;
const alteredIndex = [key.index('session_deep_reviews', 'idx_deep_reviews_rating'), 'USING hash (id)'] as const;

function restored(steps: readonly string[], ...altered: (readonly [string, string])[]): string {
  const inspection = lookedAtObjects(new Map([...objectsOf(...steps), ...altered]));
  const release = inspection.version.release?.version ?? null;
  return written({
    command: 'restore',
    result: 'restored',
    exitCode: 0,
    target: targets.docker,
    inspection,
    restored: { file: '/x.dump', release, keptAs: undefined, unfinished: [] },
  });
}

it('a restored database that is broken in use is called so, and its repair named', () => {
  expect(restored(all, defect)).toMatch(
    /YokeFlow 1\.4\.0, complete and broken in use\.\n {2}Next: start YokeFlow's API again, or repair it first: yokeflow-upgrade upgrade --container c$/,
  );
});

it('one that is as it should be is followed by the start of the API', () => {
  expect(restored(all)).toMatch(/YokeFlow 1\.4\.0\.\n {2}Next: start YokeFlow's API again\.$/);
});

it('one of an older release is followed by the start of its own code, altered or not', () => {
  const next =
    'Next: start the code of YokeFlow 1.3.0, which this database is of, or upgrade it first: yokeflow-upgrade upgrade --container c';
  expect(restored(all.slice(0, 3))).toContain(`YokeFlow 1.3.0.\n  ${next}`);
  expect(restored(all.slice(0, 3), alteredIndex)).toContain(`YokeFlow 1.3.0, with one difference to fix.\n  ${next}`);
});

it('status tells what is here from what is to come', () => {
  const status = (steps: readonly string[], ...altered: (readonly [string, string])[]) =>
    written({
      command: 'status',
      result: 'due',
      exitCode: 10,
      target: targets.docker,
      inspection: lookedAtObjects(new Map([...objectsOf(...steps), ...altered])),
    });
  const at130 = status(all.slice(0, 3), alteredIndex);
  expect(at130).toMatch(/^ {2}YokeFlow {3}1\.3\.0, with one difference to fix .* to reach: 1\.4\.0$/m);
  expect(at130).toMatch(/^ {2}\S+ {1,3}1\.1\.0 {2}complete_1_1_0 +applied, with one difference to fix$/m);
  expect(at130).toContain('An upgrade is due: 1.3.0 to 1.4.0, 3 steps.');
  expect(at130).not.toMatch(/half|broken/);

  const at140 = status(all, alteredIndex);
  expect(at140).toMatch(/^ {2}YokeFlow {3}1\.4\.0, with one difference to fix$/m);
  expect(at140).toContain('A repair is due: one step.');
  expect(at140).not.toMatch(/half|broken/);
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

/** A rollback that undid these of its steps, as far as anything may stay behind. */
function rolledBack(wanted: (step: UndoableStep) => boolean): string {
  const outcome = outcomes['rolled-back'][0];
  if (!outcome?.rollback) throw new Error('no outcome of a rollback');
  return written({ ...outcome, rollback: { ...outcome.rollback, steps: outcome.rollback.steps.filter(wanted) } });
}

it('a rollback names the labels that stay, and says nothing where none does', () => {
  expect(rolledBack(() => true)).toContain(
    '\n  The labels paused and resumed of session_status stay: PostgreSQL cannot drop a label, and 1.3.0 does not use them.\n',
  );
  const without = rolledBack(({ labels }) => labels.length === 0);
  expect(without).toContain('  Next: start YokeFlow 1.3.0.');
  expect(without).not.toMatch(/behind|cannot drop/);
});
