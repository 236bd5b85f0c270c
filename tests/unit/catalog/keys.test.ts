import { expect, it } from 'vitest';
import { describeKey, key, namesOf, ofKind, parseKey } from '../../../src/catalog/keys.js';

it.each([
  [key.table('sessions'), { kind: 'table', relation: 'sessions' }],
  [key.table('my.table'), { kind: 'table', relation: 'my.table' }],
  [key.function('a'), { kind: 'function', relation: 'a' }],
  [key.column('sessions', 'a:b.c'), { kind: 'column', relation: 'sessions', name: 'a:b.c' }],
  [key.viewColumn('v', 'id'), { kind: 'view column', relation: 'v', name: 'id' }],
  [key.label('session_status', 'paused'), { kind: 'label', relation: 'session_status', name: 'paused' }],
])('%s is taken apart as it was put together', (objectKey, parsed) => {
  expect(parseKey(objectKey)).toEqual(parsed);
});

it('a key in words has all of its names', () => {
  expect([key.table('my.table'), key.viewColumn('v', 'id')].map(describeKey)).toEqual([
    'table my.table',
    'view column v.id',
  ]);
});

it('a view column is no column and no view', () => {
  const keys = [key.view('v'), key.viewColumn('v', 'id'), key.column('t', 'id')];
  expect([namesOf(keys, 'view'), ofKind(keys, 'column').map(({ relation }) => relation)]).toEqual([['v'], ['t']]);
});
