import { describe, expect, it } from 'vitest';
import { key } from '../../../src/catalog/keys.js';
import { engineRelease } from '../../support/releases.js';
import { isRepair, makePlan, samePlan, type Plan } from '../../../src/planning/plan.js';
import { inferVersion } from '../../../src/planning/version.js';
import { objectsOf, snapshotOf } from './snapshots.js';

const upTo130 = ['complete_1_1_0', 'add_metadata_to_prompt_proposals', 'cleanup_session_quality_checks'];
const upTo140 = [...upTo130, '011_paused_sessions', '012_session_checkpoints'];

function plan(objects: Map<string, string>, failing?: ReadonlyMap<string, string>): Plan {
  const snapshot = snapshotOf(objects);
  return makePlan(inferVersion(snapshot, engineRelease), snapshot, failing);
}
const due = ({ steps }: Plan) => steps.map(({ step, status }) => `${step.id} ${status}`);
const labels = ({ labels: missing }: Plan) => missing.map(({ label }) => label);

describe('makePlan', () => {
  it('takes every step that is missing, in order, with its labels', () => {
    expect(due(plan(objectsOf()))).toEqual(upTo140.map((id) => `${id} pending`));
    expect(due(plan(objectsOf(...upTo130)))).toEqual([
      '011_paused_sessions pending',
      '012_session_checkpoints pending',
    ]);
    expect(labels(plan(objectsOf(...upTo130)))).toEqual(['paused', 'resumed']);
  });

  it('takes nothing where nothing is due', () => {
    expect(plan(objectsOf(...upTo140))).toEqual({ steps: [], labels: [], renames: [] });
  });

  it('leaves out what is applied, and a label that is there', () => {
    const objects = objectsOf(...upTo130, '012_session_checkpoints').set(key.label('session_status', 'paused'), '');
    expect(due(plan(objects))).toEqual(['011_paused_sessions pending']);
    expect(labels(plan(objects))).toEqual(['resumed']);
  });

  it('has a reason for each step', () => {
    const objects = objectsOf(...upTo130, '011_paused_sessions');
    objects
      .set(key.column('intervention_actions', 'action_status'), 'character varying(20) not null')
      .set(key.view('v_latest_checkpoints'), '');
    const [defective, partial] = plan(objects).steps.map(({ reason }) => reason);
    expect(defective).toBe(
      'applied and broken: column intervention_actions.action_status: expected text not null, found character varying(20) not null',
    );
    expect(partial).toMatch(/^half applied: table session_checkpoints: expected present, found missing, and \d+ more$/);
    expect(plan(objectsOf(...upTo130)).steps[0]?.reason).toBe(
      'not applied yet: pause and resume sessions, audit trail, notifications',
    );
  });

  it('takes an applied step again whose probe fails, with what the probe said', () => {
    const mended = plan(
      objectsOf(...upTo140),
      new Map([['012_session_checkpoints', 'applied and broken: the probe said so']]),
    );
    expect(mended.steps).toMatchObject([
      { step: { id: '012_session_checkpoints' }, status: 'defective', reason: 'applied and broken: the probe said so' },
    ]);
    expect(mended.labels).toEqual([]);
  });
});

it('a plan is a repair as long as nothing in it is new', () => {
  const broken = objectsOf(...upTo140);
  broken.delete(key.view('v_latest_checkpoints'));
  expect(isRepair(plan(broken))).toBe(true);
  expect(isRepair(plan(objectsOf(...upTo130)))).toBe(false);
  expect(isRepair(plan(objectsOf(...upTo130, '012_session_checkpoints').set(key.table('paused_sessions'), '')))).toBe(
    true,
  );
});

it('two plans are the same with the same steps and the same labels, whatever made a step due', () => {
  const at130 = plan(objectsOf(...upTo130));
  expect(samePlan(at130, plan(objectsOf(...upTo130)))).toBe(true);
  expect(samePlan(at130, { ...at130, labels: [] })).toBe(false);
  expect(samePlan(at130, { ...at130, steps: at130.steps.slice(1) })).toBe(false);
  expect(
    samePlan(at130, {
      ...at130,
      steps: at130.steps.map((step) => ({ ...step, status: 'partial' as const, reason: 'another one' })),
    }),
  ).toBe(true);
});
