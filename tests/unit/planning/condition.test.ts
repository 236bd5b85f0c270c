import { describe, expect, it } from 'vitest';
import { key } from '../../../src/catalog/keys.js';
import { conditionText, stepText } from '../../../src/planning/condition.js';
import { makePlan } from '../../../src/planning/plan.js';
import { inferVersion, type Version } from '../../../src/planning/version.js';
import { table } from '../../../src/releases/define.js';
import { findRelease, newestRelease, releases } from '../../../src/releases/registry.js';
import type { Release } from '../../../src/releases/release.js';
import { objectsOf, snapshotOf, stepCalled } from './snapshots.js';

const upTo110 = ['complete_1_1_0'];
const upTo130 = [...upTo110, 'add_metadata_to_prompt_proposals', 'cleanup_session_quality_checks'];
const upTo140 = [...upTo130, '011_paused_sessions', '012_session_checkpoints'];

/** A release that this program does not know. */
const release150: Release = {
  version: '1.5.0',
  sameSchemaAs: [],
  installedWhole: false,
  steps: [
    {
      ...stepCalled('012_session_checkpoints'),
      id: '013_budgets',
      release: '1.5.0',
      labels: [],
      replaces: [],
      checks: table('budgets', { columns: { id: 'uuid not null', spent: 'integer' }, constraints: {} }),
    },
  ],
};

type Change = (objects: Map<string, string>) => unknown;
const drop =
  (...keys: string[]): Change =>
  (objects) => {
    for (const gone of keys) expect(objects.delete(gone), gone).toBe(true);
  };
const set =
  (objectKey: string, definition = ''): Change =>
  (objects) =>
    objects.set(objectKey, definition);
/** As the documented commands leave it: complete, and the audit trail cannot be written. */
const defect = set(key.column('intervention_actions', 'action_status'), 'character varying(20) not null');

const index110 = key.index('session_deep_reviews', 'idx_deep_reviews_rating');
const altered110 = set(index110, 'USING btree (overall_rating)');
const altered140 = set(key.index('checkpoint_recoveries', 'idx_recoveries_status'), 'USING hash (recovery_status)');

function infer(steps: readonly string[], changes: readonly Change[], target = newestRelease): Version {
  const objects = objectsOf(...steps);
  for (const change of changes) change(objects);
  const known = target === release150 ? [...releases, release150] : releases;
  return inferVersion(snapshotOf(objects), target, known);
}
const shown = (version: Version) => `${version.release?.version}${conditionText(version)}`;

describe('what is shown is what is here, and the state for programs says what is to come', () => {
  it.each<[what: string, steps: readonly string[], changes: Change[], shown: string, state: string]>([
    ['1.0.0', [], [], '1.0.0', 'upgrade-available'],
    ['1.3.0', upTo130, [], '1.3.0', 'upgrade-available'],
    ['1.4.0', upTo140, [], '1.4.0', 'current'],

    ['1.3.0, an index altered', upTo130, [altered110], '1.3.0, with one difference to fix', 'upgrade-available'],
    ['1.3.0, an index dropped', upTo130, [drop(index110)], '1.3.0, with one difference to fix', 'upgrade-available'],
    [
      '1.3.0, a whole table dropped',
      upTo130,
      [
        (objects) =>
          [...objects.keys()].filter((name) => name.includes('deep_review')).map((name) => objects.delete(name)),
      ],
      '1.3.0, with 9 differences to fix',
      'upgrade-available',
    ],
    [
      '1.3.0, a view dropped that 1.1.0 has as well',
      upTo130,
      [drop(key.view('v_project_quality'))],
      '1.3.0, with one difference to fix',
      'upgrade-available',
    ],
    [
      '1.3.0, a function of 1.0.0 dropped',
      upTo130,
      [drop(key.function('validate_session_type'))],
      '1.3.0, with one difference to fix',
      'upgrade-available',
    ],
    ['1.1.0, an index altered', upTo110, [altered110], '1.1.0, with one difference to fix', 'upgrade-available'],
    ['1.1.0, cut short', upTo110, [drop(key.function('update_project_metrics'))], '1.1.0, not all of it', 'partial'],
    [
      '1.1.0, its review columns half moved',
      upTo110,
      [drop(key.column('session_quality_checks', 'check_type'))],
      '1.1.0, with a half-applied upgrade',
      'partial',
    ],
    [
      '1.3.0, a review column back',
      upTo130,
      [set(key.column('session_quality_checks', 'review_text'), 'text')],
      '1.1.0, with a half-applied upgrade',
      'partial',
    ],

    ['1.3.0, a label of 1.4.0', upTo130, [set(key.label('session_status', 'paused'))], '1.3.0', 'upgrade-available'],
    [
      '1.3.0, a table of 1.4.0 by hand',
      upTo130,
      [set(key.table('paused_sessions'))],
      '1.3.0, with a half-applied upgrade',
      'partial',
    ],
    [
      '1.3.0, one column of 1.4.0 by hand, in a table of their own making',
      upTo130,
      [set(key.column('paused_sessions', 'resume_prompt'), 'text')],
      '1.3.0, with a half-applied upgrade',
      'partial',
    ],
    ['1.3.0 and all of 011', [...upTo130, '011_paused_sessions'], [], '1.3.0, with a half-applied upgrade', 'partial'],
    [
      '1.3.0, an index altered, and all of 012',
      [...upTo130, '012_session_checkpoints'],
      [altered110],
      '1.3.0, with one difference to fix and a half-applied upgrade',
      'partial',
    ],
    ['1.1.0 and all of 1.4.0', [...upTo110, ...upTo140.slice(3)], [], '1.1.0, with a half-applied upgrade', 'partial'],
    [
      '1.4.0 without one of its own tables',
      upTo140,
      [drop(key.table('checkpoint_recoveries'))],
      '1.3.0, with a half-applied upgrade',
      'partial',
    ],
    [
      '1.4.0 without its labels, which 1.3.0 has not either',
      upTo140,
      [drop(key.label('session_status', 'paused'))],
      '1.3.0, with a half-applied upgrade',
      'partial',
    ],

    ['1.4.0 as documented', upTo140, [defect], '1.4.0, complete and broken in use', 'defective'],
    ['1.4.0, an index of its own altered', upTo140, [altered140], '1.4.0, with one difference to fix', 'defective'],
    ['1.4.0, an index of 1.1.0 altered', upTo140, [altered110], '1.4.0, with one difference to fix', 'defective'],
    ['1.4.0, an index of 1.1.0 dropped', upTo140, [drop(index110)], '1.4.0, with one difference to fix', 'defective'],
    [
      '1.4.0 as documented, more altered',
      upTo140,
      [defect, altered110],
      '1.4.0, complete and broken in use',
      'defective',
    ],
    [
      '1.4.0, a view dropped that 1.3.0 has as well',
      upTo140,
      [drop(key.view('v_project_quality'))],
      '1.4.0, with one difference to fix',
      'defective',
    ],
    [
      '1.4.0, a review column back',
      upTo140,
      [set(key.column('session_quality_checks', 'review_text'), 'text')],
      '1.4.0, with one difference to fix',
      'defective',
    ],
  ])('%s', (_, steps, changes, text, state) => {
    const version = infer(steps, changes);
    expect([shown(version), version.state]).toEqual([text, state]);
  });
});

describe('a release that becomes known changes what is to come, not what is here', () => {
  it.each<[what: string, steps: readonly string[], changes: Change[], state: string]>([
    ['1.3.0', upTo130, [], 'upgrade-available'],
    ['1.3.0, an index altered', upTo130, [altered110], 'upgrade-available'],
    ['1.4.0', upTo140, [], 'upgrade-available'],
    ['1.4.0 as documented', upTo140, [defect], 'defective'],
    ['1.4.0, an index altered', upTo140, [altered140], 'upgrade-available'],
    ['1.4.0, an index of 1.1.0 dropped', upTo140, [drop(index110)], 'upgrade-available'],
    ['011 alone', [...upTo130, '011_paused_sessions'], [], 'partial'],
  ])('%s', (_, steps, changes, state) => {
    const [today, later] = [infer(steps, changes), infer(steps, changes, release150)];
    expect(shown(later)).toBe(shown(today));
    expect([later.state, later.target.version]).toEqual([state, '1.5.0']);
    expect(later.steps.at(-1)).toMatchObject({ step: { id: '013_budgets' }, status: 'pending' });
  });

  it('whose upgrade has begun on a broken 1.4.0 leaves it a broken 1.4.0', () => {
    const version = infer(upTo140, [defect, set(key.table('budgets'))], release150);
    expect([shown(version), version.state, version.begun?.version]).toEqual([
      '1.4.0, complete and broken in use, with a half-applied upgrade',
      'partial',
      '1.5.0',
    ]);
  });
});

it('an older release to reach does not change what is here', () => {
  const target = findRelease('1.3.0')!;
  const version = infer(upTo140, [defect], target);
  expect([shown(version), version.target.version, version.beyond?.version]).toEqual([
    '1.4.0, complete and broken in use',
    '1.3.0',
    '1.4.0',
  ]);
  expect(version.steps.map(({ step }) => step.id)).toEqual(upTo130);
});

it('a step that was altered or lost a part is not called half applied, nor broken without a known defect', () => {
  const told = (steps: readonly string[], ...changes: Change[]) => {
    const objects = objectsOf(...steps);
    for (const change of changes) change(objects);
    const version = inferVersion(snapshotOf(objects), newestRelease);
    const planned = makePlan(version, snapshotOf(objects)).steps[0];
    const inspected = version.steps.find(({ step }) => step === planned?.step);
    return [inspected && stepText(inspected), planned?.status, planned?.reason.split(':')[0]];
  };
  expect(told(upTo130, altered110)).toEqual([
    'applied, with one difference to fix',
    'defective',
    'applied, with one difference to fix',
  ]);
  expect(told(upTo130, drop(index110))).toEqual([
    'applied, with one difference to fix',
    'partial',
    'applied, with one difference to fix',
  ]);
  expect(told(upTo140, defect)).toEqual(['applied, and broken in use', 'defective', 'applied and broken']);
  expect(told(upTo140, drop(key.view('v_latest_checkpoints')))).toEqual(['half applied', 'partial', 'half applied']);
});
