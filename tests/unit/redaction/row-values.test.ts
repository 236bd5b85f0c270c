import { describe, expect, it } from 'vitest';
import { DatabaseError } from '../../../src/database/session.js';
import { withoutRowValues } from '../../../src/redaction/row-values.js';

const id = '550e8400-e29b-41d4-a716-446655440000';

it.each([
  [`Failing row contains (${id}, https://hooks.example/T0/secret, null).`, `Failing row contains (${id}, ...).`],
  ['Failing row contains (a (b), secret).', 'Failing row contains (***, ...).'],
  ['Failing row contains (secret).', 'Failing row contains (***, ...).'],
  [
    'Partition key of the failing row contains (name) = (my secret).',
    'Partition key of the failing row contains (name) = (***, ...).',
  ],
  ['Key (name)=(my secret) already exists.', 'Key (name)=(***) already exists.'],
  ['Key (name)=(a) already exists, secret) already exists.', 'Key (name)=(***, ***) already exists.'],
  [
    'Key (id, name)=(7, s(e)cret) conflicts with existing key (id, name)=(7, s(e)cret).',
    'Key (id, name)=(7, ***) conflicts with existing key (id, name)=(7, ***).',
  ],
  [
    `Key (session_id)=(${id}) is not present in table "sessions".`,
    `Key (session_id)=(${id}) is not present in table "sessions".`,
  ],
  [
    'Key (email)=(a) is b.) is still referenced from table "tasks".',
    'Key (email)=(***) is still referenced from table "tasks".',
  ],
  ['view my_costs depends on column cost of table projects', 'view my_costs depends on column cost of table projects'],
])('%s', (detail, expected) => {
  expect(withoutRowValues(detail)).toBe(expected);
});

describe('a server that speaks another language', () => {
  it.each([
    ['23505', 'Schlüssel »(name)=(my secret)« existiert bereits.', 'Schlüssel »(name)=(***).'],
    ['23502', 'Fehlgeschlagene Zeile enthält (7, my secret, null).', 'Fehlgeschlagene Zeile enthält (7, ...).'],
    ['23514', 'La ligne en échec contient (my (secret), null).', 'La ligne en échec contient (***, ...).'],
    ['42P07', 'Sicht (alt) hängt davon ab', 'Sicht (alt) hängt davon ab'],
  ])('%s', (sqlState, detail, expected) => {
    expect(new DatabaseError('', sqlState, detail).detail).toBe(expected);
  });
});
