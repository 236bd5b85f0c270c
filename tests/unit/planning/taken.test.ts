import { describe, expect, it } from 'vitest';
import { argumentTypes } from '../../../src/planning/taken/functions.js';
import { isComputed, isOwnShape, isReplaceable, typeOf } from '../../../src/planning/taken/own-shape.js';
import { renameOf } from '../../../src/planning/taken/words.js';

const shape = new Map([
  ['id', 'uuid not null default uuid_generate_v4()'],
  ['name', 'character varying(255) not null'],
  ['cost', 'numeric(10,2)'],
  ['at', 'timestamp with time zone default now()'],
]);

describe('a table or view is YokeFlow’s', () => {
  it.each([
    [
      'with half of its columns',
      [
        ['id', 'uuid'],
        ['name', 'text'],
        ['mine', 'text'],
      ],
      true,
    ],
    [
      'with fewer',
      [
        ['id', 'uuid'],
        ['mine', 'text'],
      ],
      false,
    ],
    [
      'not by names of other types',
      [
        ['id', 'integer'],
        ['name', 'jsonb'],
        ['cost', 'numeric'],
      ],
      false,
    ],
    [
      'whatever the length of its types',
      [
        ['name', 'character varying(16)'],
        ['cost', 'numeric(6,1)'],
      ],
      true,
    ],
  ] as const)('%s', (_, columns, is) => {
    expect(isOwnShape(columns, [shape])).toBe(is);
  });
});

it.each([
  ["character varying(20) default 'unit'::character varying", 'character varying', false],
  ['timestamp with time zone not null default now()', 'timestamp with time zone', false],
  ['numeric(5,4)', 'numeric', false],
  ['text[]', 'text[]', false],
  ['text generated default lower(name)', 'text', true],
  ['integer not null identity', 'integer', true],
  ["text default 'not generated'::text", 'text', false],
])('the type of %s', (definition, type, computed) => {
  expect([typeOf(definition), isComputed(definition)]).toEqual([type, computed]);
});

it('a view can be replaced where its columns come first, in their order', () => {
  expect(
    isReplaceable(
      [
        ['id', 'uuid'],
        ['name', 'text'],
      ],
      shape,
    ),
  ).toBe(true);
  expect(
    isReplaceable(
      [
        ['name', 'text'],
        ['id', 'uuid'],
      ],
      shape,
    ),
  ).toBe(false);
  expect(isReplaceable([...shape].map(([name]) => [name, 'text'] as const).concat([['mine', 'text']]), shape)).toBe(
    false,
  );
});

it.each([
  ['() returns trigger', []],
  ['(p_id integer) returns TABLE(a integer, b text)', ['integer']],
  [
    "(p_by character varying DEFAULT 'a, (b'::character varying, p_cost numeric DEFAULT NULL::numeric) returns boolean",
    ['character varying', 'numeric'],
  ],
])('the types of the arguments of %s', (signature, types) => {
  expect(argumentTypes(signature)).toEqual(types);
});

it('a statement that renames quotes whatever a name holds', () => {
  const namesake = {
    space: 'relation',
    schema: 'My "Sch\'ema',
    name: 'a"b',
    what: 'materialized view',
    owner: 'me',
    table: null,
  } as const;
  const rest = { columns: [], identity: null, argumentTypes: [], signature: null, extension: null };
  expect(renameOf({ ...namesake, ...rest }, 'my_a')).toBe(
    `ALTER MATERIALIZED VIEW "My ""Sch'ema"."a""b" RENAME TO "my_a";`,
  );
});
