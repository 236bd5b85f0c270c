import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/definitions.js';
import { errorCodes } from '../../../../src/errors/codes.js';
import { ExitCode, UpgradeError } from '../../../../src/errors/error.js';
import { explain } from '../../../../src/errors/explanations.js';
import { toJson } from '../../../../src/ui/text/json.js';
import type { Outcome } from '../../../../src/app/outcome.js';
import { failure } from '../../../../src/app/failure.js';
import { readSchema, schemaFaults } from '../../../support/schema.js';
import { outcomes, targets } from './outcomes.js';
import { allPaths, at, changed, type Path } from './document-paths.js';

/** As a reader of standard output gets it. */
const documentOf = (outcome: Parameters<typeof toJson>[0]) => JSON.parse(JSON.stringify(toJson(outcome))) as object;
const faults = (document: unknown) => schemaFaults('outcome-1', document);
const documents = Object.values(outcomes).flat().map(documentOf);

describe('the schema accepts', () => {
  it.each(Object.entries(outcomes))('%s', (_, each) => {
    for (const outcome of each) expect(faults(documentOf(outcome)), JSON.stringify(documentOf(outcome))).toEqual([]);
  });

  it.each(Object.entries(targets))('a target of the kind %s, without its password', (_, target) => {
    const document = documentOf({ ...outcomes.verified[0]!, target } as Outcome);
    expect(faults(document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('s3cret');
  });

  it.each(errorCodes)('%s as an error, and its explanation', (code) => {
    const { title, ...rest } = explain(code);
    // A finding ends no run: 10 is what the command that found it ends with.
    const exitCode = (
      rest.exitCode === ExitCode.due ? ExitCode.failed : (rest.exitCode ?? ExitCode.failed)
    ) as ExitCode;
    const hasChanged =
      exitCode === ExitCode.changedAndFailing ? true : exitCode === ExitCode.unknownOutcome ? 'unknown' : false;
    const error = new UpgradeError({
      code,
      exitCode,
      message: title,
      remedy: rest.remedy[0] ?? '',
      changed: hasChanged,
    });
    const { candidates } = outcomes.refused.find((one) => one.candidates)!;
    expect(faults(documentOf({ ...failure('upgrade', error), ...(code === 'YF318' && { candidates }) }))).toEqual([]);
    expect(
      faults(
        documentOf({ ...outcomes.explained[0]!, explanation: { ...rest, title: `${code}  ${title}` } } as Outcome),
      ),
    ).toEqual([]);
  });
});

it('what was committed is told although it could not be looked at afterwards', () => {
  const failed = outcomes.failed.find(({ before }) => before !== undefined)!;
  expect(documentOf(failed)).toMatchObject({
    result: 'failed',
    applied: ['011_paused_sessions', '012_session_checkpoints'],
  });
});

describe('the schema knows', () => {
  const { properties } = readSchema('outcome-1') as { properties: Record<string, { enum: unknown[] }> };

  it('every command, exit code and result, and no other', () => {
    expect([...properties['command']!.enum].sort()).toEqual(commands.map(({ name }) => name).sort());
    expect([...properties['exitCode']!.enum].sort()).toEqual(Object.values(ExitCode).sort());
    expect([...properties['result']!.enum].sort()).toEqual(Object.keys(outcomes).sort());
  });

  it('what each property means, and of every object that there is nothing else in it', () => {
    type Schema = {
      description?: string;
      $ref?: string;
      $defs?: Record<string, Schema>;
      properties?: Record<string, Schema>;
      items?: Schema;
      additionalProperties?: boolean;
    };
    const root = readSchema('outcome-1') as Schema;
    const describe = ({ description, $ref }: Schema) =>
      description ?? root.$defs?.[$ref?.split('/').at(-1) ?? '']?.description;
    const visit = (schema: Schema, name: string): string[] => [
      ...(schema.properties && schema.additionalProperties !== false ? [`${name} is open`] : []),
      ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
        ...(describe(child) ? [] : [`${name}.${key} is not described`]),
        ...visit(child, `${name}.${key}`),
      ]),
      ...(schema.items ? visit(schema.items, `${name}[]`) : []),
      ...Object.entries(schema.$defs ?? {}).flatMap(([key, child]) => visit(child, key)),
    ];
    expect(visit(root, 'outcome')).toEqual([]);
  });
});

describe('the schema refuses a document in which', () => {
  /** Present only where there is something to tell. */
  const optional = (path: Path) =>
    /^(explanation\.(causes|exitCode)|rollback|lastBackup\.certain)$/.test(path.join('.'));
  const everywhere = documents.flatMap((document) => allPaths(document).map((path) => ({ document, path })));
  const accepted = (change: (document: object, path: Path) => object, where = everywhere) =>
    where.filter(({ document, path }) => faults(change(document, path)).length === 0).map(({ path }) => path.join('.'));

  it('any property is missing', () => {
    const named = everywhere.filter(({ path }) => typeof path.at(-1) === 'string' && !optional(path));
    expect(named.length).toBeGreaterThan(1000);
    expect(
      accepted(
        (document, path) =>
          changed(document, path, (parent, key) => {
            delete parent[key];
          }),
        named,
      ),
    ).toEqual([]);
  });

  it('any property has another name', () => {
    const named = everywhere.filter(({ path }) => typeof path.at(-1) === 'string');
    expect(
      accepted(
        (document, path) =>
          changed(document, path, (parent, key) => {
            parent[`${key}s`] = parent[key];
            delete parent[key];
          }),
        named,
      ),
    ).toEqual([]);
  });

  it('any value is of another type', () => {
    expect(
      accepted((document, path) =>
        changed(document, path, (parent, key) => {
          parent[key] = { value: at(document, path) };
        }),
      ),
    ).toEqual([]);
    const numbers = everywhere.filter(({ document, path }) => typeof at(document, path) === 'number');
    expect(
      accepted(
        (document, path) =>
          changed(document, path, (parent, key) => {
            parent[key] = String(at(document, path));
          }),
        numbers,
      ),
    ).toEqual([]);
  });

  it.each<[string, keyof typeof outcomes, Record<string, unknown>]>([
    [
      'an error comes with exit code 0',
      'upgraded',
      { error: outcomes.busy[0]?.error && (documentOf(outcomes.busy[0]) as { error: unknown }).error },
    ],
    ['a failure comes without an error', 'busy', { error: null }],
    ['a failure calls itself ok', 'busy', { ok: true }],
    ['the result and the exit code do not agree', 'refused', { exitCode: 4 }],
    [
      'a refusal has changed something',
      'refused',
      { error: { code: 'YF301', message: 'm', found: [], remedy: 'r', changed: true, leftBehind: [] } },
    ],
    [
      'an unknown outcome knows that nothing changed',
      'unknown',
      { error: { code: 'YF504', message: 'm', found: [], remedy: 'r', changed: false, leftBehind: [] } },
    ],
    [
      'the code is none',
      'busy',
      { error: { code: 'E402', message: 'm', found: [], remedy: 'r', changed: false, leftBehind: [] } },
    ],
    ['a backup was made that is not named', 'backed-up', { backup: null }],
    ['an upgrade applied nothing', 'upgraded', { applied: [] }],
    ['verify applied something', 'verified', { applied: ['011_paused_sessions'] }],
    ['a database was looked at that was not found', 'verified', { target: null }],
    [
      'what is due has no reason',
      'due',
      { steps: [{ id: 'a', release: '1.4.0', title: 't', status: 'pending', due: true, reason: null }] },
    ],
    [
      'a time is not one',
      'due',
      { history: [{ ...outcomes['already-current'][1]?.contents?.history[0], endedAt: 'yesterday' }] },
    ],
    ['the command is unknown', 'upgraded', { command: 'downgrade' }],
    ['the version of the schema is another', 'upgraded', { schemaVersion: 2 }],
  ])('%s', (_, result, change) => {
    const document = documentOf(outcomes[result][0]!);
    expect(faults(document)).toEqual([]);
    expect(faults({ ...document, ...change })).not.toEqual([]);
  });
});
