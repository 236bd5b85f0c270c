import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backupJson, errorJson, stepsJson, targetJson, versionJson } from '../../../../src/ui/text/json.js';
import { readEvents } from '../../../support/events.js';
import { readSchema, schemaFaults } from '../../../support/schema.js';
import { allPaths, at, changed } from '../text/document-paths.js';
import { outcomes, targets } from '../text/outcomes.js';

const faults = (event: unknown) => schemaFaults('event-1', event);
const upgraded = outcomes.upgraded[0]!;
const { version, snapshot } = upgraded.inspection!;

/** One of each kind, as it is written. */
const events = [
  { event: 'started', schemaVersion: 1, command: 'upgrade', toolVersion: '0.1.0', processId: 4711 },
  {
    event: 'found',
    target: targetJson(targets.docker, upgraded.inspection),
    version: versionJson(version, snapshot.schema),
    steps: stepsJson(upgraded.before!),
  },
  { event: 'found', target: targetJson(targets.direct, undefined), version: null, steps: [] },
  { event: 'phases', phases: [{ key: 'backup', title: 'Back up' }] },
  { event: 'phase', key: 'backup', title: 'Back up', state: 'started' },
  { event: 'phase', key: 'backup', title: 'Back up', state: 'done', durationMs: 12 },
  { event: 'progress', key: 'backup', detail: 'half of it', durationMs: 6, bytes: 50, totalBytes: 100 },
  {
    event: 'progress',
    key: '011',
    detail: 'statement 1 of 2',
    durationMs: 6,
    step: '011',
    statement: 1,
    statements: 2,
  },
  { event: 'progress', key: '011', detail: null, durationMs: 6 },
  { event: 'waiting', reason: 'sessions is locked by pid 12' },
  { event: 'removed', kind: 'database', name: 'yokeflow_restore_x', reason: 'an interrupted restore left it' },
  { event: 'message', text: 'Cancelling: rolling back ...' },
  { event: 'error', ...errorJson(outcomes.busy[0]!.error!) },
  { event: 'ended', result: 'upgraded', exitCode: 0, durationMs: 123, backup: backupJson(upgraded) },
  { event: 'ended', result: 'cancelled', exitCode: 130, durationMs: 123, backup: null },
].map((event) => ({ ...event, at: '2026-11-23T04:39:29.123Z' }));

describe('the schema of the events', () => {
  it.each(events)('accepts $event', (event) => {
    expect(faults(event)).toEqual([]);
  });

  const everywhere = events.flatMap((event) => allPaths(event).map((path) => ({ event, path })));
  const named = everywhere.filter(({ path }) => typeof path.at(-1) === 'string');

  it('refuses one in which any property is missing, unless only some have it', () => {
    const optional = named.filter(
      ({ event, path }) =>
        faults(
          changed(event, path, (parent, key) => {
            delete parent[key];
          }),
        ).length === 0,
    );
    expect(optional.map(({ path }) => path.join('.'))).toEqual(['totalBytes']);
  });

  it('refuses one in which any property has another name', () => {
    expect(
      named.filter(
        ({ event, path }) =>
          faults(
            changed(event, path, (parent, key) => {
              parent[`${key}s`] = parent[key];
              delete parent[key];
            }),
          ).length === 0,
      ),
    ).toEqual([]);
  });

  it('refuses one in which any value is of another type', () => {
    expect(
      everywhere.filter(
        ({ event, path }) =>
          faults(
            changed(event, path, (parent, key) => {
              parent[key] = { value: at(event, path) };
            }),
          ).length === 0,
      ),
    ).toEqual([]);
  });

  it.each([
    ['an unknown event', { event: 'finished' }],
    ['a phase that is over and took no time', { event: 'phase', key: 'a', title: 'a', state: 'done' }],
    ['a phase that begins and took some', { event: 'phase', key: 'a', title: 'a', state: 'started', durationMs: 1 }],
    [
      'a statement of an unknown number of them',
      { event: 'progress', key: 'a', detail: null, durationMs: 1, step: 'a', statement: 1 },
    ],
  ])('refuses %s', (_, event) => {
    expect(faults({ ...event, at: '2026-11-23T04:39:29.123Z' })).not.toEqual([]);
  });

  it('says the same as the schema of the document wherever both say something', () => {
    type Schema = {
      description?: string;
      enum?: unknown;
      properties?: Record<string, Schema>;
      $defs: Record<string, Schema>;
    };
    const read = (name: Parameters<typeof readSchema>[0]): Schema => ({ $defs: {}, ...readSchema(name) });
    const [event, outcome] = [read('event-1'), read('outcome-1')];
    const shared = Object.keys(event.$defs).filter((name) => name in outcome.$defs);
    expect(shared).toEqual([
      'code',
      'release',
      'stepId',
      'line',
      'count',
      'identity',
      'alternative',
      'target',
      'version',
      'step',
      'backup',
    ]);
    for (const name of shared) expect(event.$defs[name], name).toEqual(outcome.$defs[name]);
    const { event: _event, at: _at, ...error } = event.$defs['errorEvent']?.properties ?? {};
    expect(error).toEqual(outcome.$defs['error']?.properties);
    expect(event.$defs['started']?.properties?.['command']?.enum).toEqual(outcome.properties?.['command']?.enum);
    for (const name of ['result', 'exitCode'])
      expect(event.$defs['ended']?.properties?.[name]?.enum, name).toEqual(outcome.properties?.[name]?.enum);
  });
});

it('accepts the examples of docs/automation.md, where they leave nothing out', () => {
  const lines = readFileSync(new URL('../../../../docs/automation.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"event"') && !line.includes('…'));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(faults(JSON.parse(line)), line).toEqual([]);
});

describe('readEvents', () => {
  const [started, , , phases, begun, done, progress] = events;
  const [error, ended, cancelled] = events.slice(-3);
  const written = (...lines: unknown[]) =>
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

  it.each([
    ['a run', [started, phases, begun, progress, done, ended]],
    ['a failure', [started, error, cancelled]],
  ])('reads %s', (_, lines) => {
    expect(readEvents(written(...lines))).toEqual(lines);
  });

  it.each<[string, unknown[]]>([
    ['talk between the lines', [started, 'Looking ...', ended]],
    ['an event that the schema refuses', [started, { ...ended, exitCode: 11 }]],
    ['no end', [started, phases]],
    ['nothing at all', []],
    ['something after the end', [started, ended, done]],
    ['no beginning', [phases, ended]],
    ['a failure without an error', [started, cancelled]],
    ['an error without a failure', [started, error, ended]],
    ['a phase that is not announced', [started, begun, done, ended]],
    ['a phase that never ends', [started, phases, begun, ended]],
    ['a phase that ends without beginning', [started, phases, done, ended]],
    ['progress of a phase that has not begun', [started, phases, progress, ended]],
    ['a clock that goes backwards', [started, { ...ended, at: '2026-11-23T04:39:28.000Z' }]],
  ])('refuses %s', (_, lines) => {
    expect(() => readEvents(written(...lines))).toThrow('not what --events promises');
  });

  it('refuses a line that is cut short', () => {
    expect(() => readEvents(written(started, ended).slice(0, -1))).toThrow('cut short');
  });
});
