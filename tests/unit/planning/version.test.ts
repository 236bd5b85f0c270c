import { describe, expect, it } from 'vitest';
import { key } from '../../../src/catalog/keys.js';
import { newerReleases, type NewerRelease } from '../../../src/releases/newer.js';
import { engineRelease } from '../../support/releases.js';
import { findRelease, lines, newestRelease, releases } from '../../../src/releases/registry.js';
import type { Line } from '../../../src/releases/line.js';
import type { Release } from '../../../src/releases/release.js';
import { inferVersion, type Version } from '../../../src/planning/version.js';
import { objectsOf, snapshotOf } from './snapshots.js';

const all = [
  'complete_1_1_0',
  'add_metadata_to_prompt_proposals',
  'cleanup_session_quality_checks',
  '011_paused_sessions',
  '012_session_checkpoints',
];
const infer = (objects: Map<string, string>, target = engineRelease) => inferVersion(snapshotOf(objects), target);
const shape = ({ state, release, steps }: Version) => [
  state,
  release?.version ?? null,
  steps.map(({ status }) => status[0]).join(''),
];

describe('a whole release', () => {
  it.each([
    [0, 'upgrade-available', '1.0.0', 'ppppp'],
    [1, 'upgrade-available', '1.1.0', 'apppp'],
    [2, 'partial', '1.1.0', 'aappp'],
    [3, 'upgrade-available', '1.3.0', 'aaapp'],
    [4, 'partial', '1.3.0', 'aaaap'],
    [5, 'current', '1.4.0', 'aaaaa'],
  ])('with its first %i steps is %s, %s', (count, state, release, steps) => {
    expect(shape(infer(objectsOf(...all.slice(0, count))))).toEqual([state, release, steps]);
  });

  it('needs no order: the second of two scripts alone is partial', () => {
    expect(shape(infer(objectsOf('complete_1_1_0', 'cleanup_session_quality_checks')))).toEqual([
      'partial',
      '1.1.0',
      'apapp',
    ]);
    expect(shape(infer(objectsOf(...all.slice(0, 3), '012_session_checkpoints')))).toEqual([
      'partial',
      '1.3.0',
      'aaapa',
    ]);
  });
});

describe('a step', () => {
  it.each([
    ['a table', key.table('session_checkpoints')],
    ['a column', key.column('session_checkpoints', 'git_commit_sha')],
    ['an index', key.index('checkpoint_recoveries', 'idx_recoveries_status')],
    ['a view', key.view('v_latest_checkpoints')],
    ['a function', key.function('invalidate_checkpoints')],
  ])('that lacks %s is partial', (_, missing) => {
    const objects = objectsOf(...all);
    expect(objects.delete(missing)).toBe(true);
    expect(infer(objects).steps.at(-1)?.status).toBe('partial');
    expect(infer(objects).state).toBe('partial');
  });

  it('of which one object alone is there is partial, not pending', () => {
    const objects = objectsOf(...all.slice(0, 3)).set(key.view('v_active_interventions'), '');
    expect(infer(objects).steps[3]?.status).toBe('partial');
  });

  it('that is whole with a known defect in it is defective', () => {
    const objects = objectsOf(...all).set(
      key.column('intervention_actions', 'action_status'),
      'character varying(20) not null',
    );
    const { state, release, steps } = infer(objects);
    expect([state, release?.version]).toEqual(['defective', '1.4.0']);
    expect(steps[3]?.violations).toMatchObject([{ kind: 'different', defect: 'YF803' }]);
  });

  it('whose function sets an unknown column is defective, unless the column is there or only a comment says so', () => {
    const body = "BEGIN UPDATE sessions SET status = 'paused', updated_at = now(); END";
    const broken = objectsOf(...all).set(key.body('pause_session'), body);
    expect(infer(broken).steps[3]?.violations).toMatchObject([{ defect: 'YF801' }]);
    expect(infer(new Map(broken).set(key.column('sessions', 'updated_at'), 'timestamp with time zone')).state).toBe(
      'current',
    );
    expect(infer(new Map(broken).set(key.body('pause_session'), `-- ${body}`)).state).toBe('current');
  });

  it('has not run only because an enum label was left behind', () => {
    const objects = objectsOf(...all.slice(0, 3)).set(key.label('session_status', 'paused'), '');
    expect(shape(infer(objects))).toEqual(['upgrade-available', '1.3.0', 'aaapp']);
  });
});

describe('other databases', () => {
  it('none at all is empty', () => {
    expect(infer(new Map()).state).toBe('empty');
  });

  it.each(['projects', 'sessions', 'epics', 'tasks', 'tests'])('without the table %s it is foreign', (table) => {
    const objects = objectsOf();
    objects.delete(key.table(table));
    expect(shape(infer(objects))).toEqual(['foreign', null, '']);
  });

  it('tables of the same names with other columns are foreign', () => {
    const objects = objectsOf();
    objects.delete(key.column('sessions', 'session_number'));
    expect(infer(objects).state).toBe('foreign');
  });

  it('task_tests in the place of tests is 2.x; beside it, it is a fork', () => {
    const fork = objectsOf(...all).set(key.table('task_tests'), '');
    expect(infer(fork).state).toBe('current');
    fork.delete(key.table('tests'));
    expect(infer(fork)).toMatchObject({ state: 'newer', newer: { version: null } });
  });

  const [release200, release210, release220] = newerReleases as [NewerRelease, NewerRelease, NewerRelease];
  const marksOf = ({ tables, additions }: NewerRelease) => [...tables.map(key.table), ...additions];
  const withMarks = (marks: readonly string[], base = objectsOf(...all)) => {
    for (const mark of marks) base.set(mark, '');
    return base;
  };
  const without = (objects: Map<string, string>, gone: string) => {
    objects.delete(gone);
    return objects;
  };

  it('is not 2.x because a fork of 1.x has one of its tables or columns, or all of the columns', () => {
    for (const mark of newerReleases.flatMap(marksOf)) expect(infer(withMarks([mark])).state, mark).toBe('current');
    expect(infer(withMarks(release210.additions)).state).toBe('current');
  });

  it('2.0.0 is known whatever table it lacks, and is whole only with all of them', () => {
    expect(infer(withMarks(marksOf(release200)))).toMatchObject({
      state: 'newer',
      release: null,
      steps: [],
      newer: { version: '2.0.0', condition: 'whole' },
    });
    for (const table of [...release200.tables, 'tests']) {
      expect(infer(without(withMarks(marksOf(release200)), key.table(table))).newer, table).toEqual({
        version: '2.0.0',
        condition: 'cut short',
      });
    }
    expect(
      infer(withMarks([...release200.tables.slice(0, 8).map(key.table)], objectsOf(...all.slice(0, 3)))).newer,
    ).toEqual({ version: '2.0.0', condition: 'cut short' });
    expect(
      infer(
        withMarks(
          ['task_verifications', 'quality_gate_results'].map(key.table).concat(key.column('epics', 'validated')),
        ),
      ).newer?.version,
    ).toBe('2.0.0');
  });

  it('2.1.0 and 2.2.0 are told apart, whole or not', () => {
    const renamed = (release: NewerRelease) => without(withMarks(marksOf(release)), key.table('tests'));
    expect(infer(renamed(release210)).newer).toEqual({ version: '2.1.0', condition: 'whole' });
    expect(infer(renamed(release220)).newer).toEqual({ version: '2.2.0', condition: 'whole' });
    for (const release of [release210, release220])
      for (const table of release.tables.filter((name) => name !== 'task_tests')) {
        expect(infer(without(renamed(release), key.table(table))).newer, table).toEqual({
          version: release.version,
          condition: 'cut short',
        });
      }
    const cutShort = (additions: readonly string[]) =>
      infer(without(withMarks([key.table('task_tests'), ...additions], objectsOf()), key.table('tests'))).newer;
    expect(cutShort(release210.additions.slice(0, 2))).toEqual({ version: '2.1.0', condition: 'cut short' });
    expect(cutShort([...release210.additions.slice(0, 2), key.column('projects', 'project_type')])).toEqual({
      version: '2.2.0',
      condition: 'cut short',
    });
  });

  it('a 2.x that was loaded over a 1.x is told by both tables of tests', () => {
    for (const steps of [all.slice(0, 3), all])
      expect(infer(withMarks(marksOf(release210), objectsOf(...steps))).newer).toEqual({
        version: null,
        condition: 'over an earlier one',
      });
  });

  it('names the base tables that are missing', () => {
    const objects = objectsOf(...all);
    objects.delete(key.table('prompt_proposals'));
    expect(infer(objects).missingBaseTables).toEqual(['prompt_proposals']);
  });
});

describe('lines of releases', () => {
  const [first, second] = lines as [Line, Line];
  const goal = findRelease('2.2.0')!;
  const [release200, , release220] = newerReleases as [NewerRelease, NewerRelease, NewerRelease];
  const infer = (objects: Map<string, string>, to?: Release) => inferVersion(snapshotOf(objects), to);
  const told = ({ state, release, target, line, crosses, isOverlaid }: Version) => [
    state,
    release?.version ?? null,
    target.version,
    line.name,
    crosses,
    isOverlaid,
  ];
  const ids = ({ steps }: Version) => steps.map(({ step }) => step.id);
  const idsOf = (taken: readonly Release[]) => taken.flatMap(({ steps }) => steps.map(({ id }) => id));
  const marked = (objects: Map<string, string>, { tables, additions }: NewerRelease) => {
    for (const mark of [...tables.map(key.table), ...additions]) objects.set(mark, '');
    return objects;
  };
  /** What the catalog holds once the releases of 2.x up to this one are there, as they are declared. */
  const secondUntil = (version: string) => {
    const objects = new Map(second.baseTables.map((table) => [key.table(table), '']));
    const end = second.releases.findIndex((release) => release.version === version);
    const steps = second.releases.slice(0, end + 1).flatMap((release) => release.steps);
    for (const expectation of [second.base, ...steps.map(({ checks }) => checks)].flat().flatMap((c) => c.expectations))
      if (expectation.kind === 'has') objects.set(expectation.key, expectation.definition);
    return objects;
  };

  it('a database goes to the newest of its own line where nothing else is asked for', () => {
    expect(told(infer(objectsOf()))).toEqual(['upgrade-available', '1.0.0', '1.4.0', '1.x', false, false]);
    expect(told(infer(objectsOf(...all)))).toEqual(['current', '1.4.0', '1.4.0', '1.x', false, false]);
    expect(told(infer(secondUntil('2.1.0')))).toEqual(['upgrade-available', '2.1.0', '2.2.0', '2.x', false, false]);
    expect(told(infer(secondUntil('2.2.0')))).toEqual(['current', '2.2.0', '2.2.0', '2.x', false, false]);
  });

  it('one of no line has the newest of the line of its goal before it, or 1.4.0', () => {
    expect(told(infer(new Map()))).toEqual(['empty', null, '1.4.0', '1.x', false, false]);
    expect(told(infer(new Map(), goal))).toEqual(['empty', null, '2.2.0', '2.x', false, false]);
  });

  it('an earlier goal of its own line leaves what lies beyond it', () => {
    const at220 = infer(secondUntil('2.2.0'), findRelease('2.1.0'));
    expect([at220.state, at220.target.version, at220.line.name]).toEqual(['current', '2.1.0', '2.x']);
    expect(at220.beyond?.version).toBe('2.2.0');
  });

  it('no step leads from 2.x to a goal of 1.x', () => {
    for (const [objects, version] of [
      [secondUntil('2.1.0'), '2.1.0'],
      [secondUntil('2.2.0'), '2.2.0'],
      [marked(objectsOf(...all), release200), '2.0.0'],
    ] as const)
      expect(infer(objects, newestRelease)).toMatchObject({
        state: 'newer',
        release: null,
        steps: [],
        newer: { version },
      });
  });

  it('from 1.x to 2.x lead what is left of 1.x and then what 2.x brings, without what it begins with', () => {
    const crossing = infer(objectsOf(...all.slice(0, 3)), goal);
    expect(told(crossing)).toEqual(['upgrade-available', '1.3.0', '2.2.0', '1.x', true, false]);
    expect(ids(crossing)).toEqual(idsOf([...first.releases, ...second.releases.slice(1)]));
    expect(crossing.steps.filter(({ status }) => status === 'applied').map(({ step }) => step.id)).toEqual(
      all.slice(0, 3),
    );
    expect(infer(objectsOf(...all), goal)).toMatchObject({ state: 'upgrade-available', begun: null, crosses: true });
    expect(ids(infer(objectsOf(...all), findRelease('2.1.0')))).toEqual(
      idsOf([...first.releases, ...second.releases.slice(1, -1)]),
    );
  });

  it('2.0.0 has the tables of 1.x and its own name, and crosses to 2.2.0 without being told', () => {
    const of200 = () => marked(objectsOf(...all), release200);
    for (const version of [infer(of200()), infer(of200(), goal)]) {
      expect(told(version)).toEqual(['upgrade-available', '2.0.0', '2.2.0', '1.x', true, false]);
      expect(version).toMatchObject({ begun: null, newer: null });
    }
    const cutShort = of200();
    cutShort.delete(key.table(release200.tables[0]!));
    expect(infer(cutShort).release?.version).toBe('2.0.0');
  });

  it('a release over which 2.x was loaded goes on only to a goal that is given, and is then what it was', () => {
    const overlaid = (...steps: string[]) => marked(objectsOf(...steps), release220);
    expect(infer(overlaid(...all))).toMatchObject({
      state: 'newer',
      release: null,
      steps: [],
      newer: { version: null, condition: 'over an earlier one' },
    });
    expect(infer(overlaid(...all), newestRelease).state).toBe('newer');
    for (const [steps, release] of [
      [all, '1.4.0'],
      [all.slice(0, 3), '1.3.0'],
    ] as const) {
      const version = infer(overlaid(...steps), goal);
      expect(told(version)).toEqual(['partial', release, '2.2.0', '1.x', true, true]);
      expect(version).toMatchObject({ begun: null, newer: null });
    }
    // However much of 2.x is there.
    const whole = new Map([...objectsOf(...all), ...secondUntil('2.2.0')]);
    expect(told(infer(whole, goal)).slice(0, 2)).toEqual(['partial', '1.4.0']);
  });
});

describe('another target', () => {
  const target = findRelease('1.3.0')!;
  it('is reached by its own steps, and what lies beyond it is said', () => {
    const at130 = infer(objectsOf(...all.slice(0, 3)), target);
    expect([...shape(at130), at130.beyond]).toEqual(['current', '1.3.0', 'aaa', null]);
    expect(infer(objectsOf(...all), target).beyond?.version).toBe('1.4.0');
  });

  it.each([
    ['1.3.0', '1.3.0'],
    ['1.1.1', '1.3.0'],
    ['1.2.0', '1.3.0'],
    ['v1.4.0', '1.4.0'],
    ['1.4', '1.4.0'],
    ['9.9.9', undefined],
    ['newest', undefined],
    ['', undefined],
  ])('findRelease(%j) is %s', (name, version) => {
    expect(findRelease(name)?.version).toBe(version);
  });

  it('releases are in order, and no step belongs to two', () => {
    const steps = releases.flatMap((release) => release.steps.map(({ id }) => id));
    expect(steps.slice(0, all.length)).toEqual(all);
    expect(steps).toEqual([...new Set(steps)]);
    const versions = releases.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
    expect(releases.at(-1)).toBe(newestRelease);
  });
});
