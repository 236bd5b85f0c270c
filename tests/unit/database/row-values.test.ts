import { expect, it } from 'vitest';
import { withoutRowValues } from '../../../src/database/row-values.js';

const id = '550e8400-e29b-41d4-a716-446655440000';

it.each([
  [`Failing row contains (${id}, https://hooks.example/T0/secret, null).`, `Failing row contains (${id}, ...).`],
  ['Failing row contains (a (b), secret).', 'Failing row contains (***, ...).'],
  ['Key (name)=(my secret) already exists.', 'Key (name)=(***) already exists.'],
  ['Key (id, name)=(7, s(e)cret) conflicts with existing key (id, name)=(7, s(e)cret).', 'Key (id, name)=(7, ***) conflicts with existing key (id, name)=(7, ***).'],
  [`Key (session_id)=(${id}) is not present in table "sessions".`, `Key (session_id)=(${id}) is not present in table "sessions".`],
  ['Key (email)=(a) is b.) is still referenced from table "tasks".', 'Key (email)=(***) is still referenced from table "tasks".'],
  ['view my_costs depends on column cost of table projects', 'view my_costs depends on column cost of table projects'],
])('%s', (detail, expected) => {
  expect(withoutRowValues(detail)).toBe(expected);
});
