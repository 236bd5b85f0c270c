import { parseKey } from './keys.js';

/**
 * The part of a constraint's definition that YokeFlow depends on. When a foreign key is checked (DEFERRABLE) and whether
 * old rows were (NOT VALID) is the owner's choice; a unique constraint that may wait is none that ON CONFLICT can use.
 * `sql/shared/ensure.sql` says the same in SQL. Pure.
 */
export function essential(objectKey: string, definition: string): string {
  if (parseKey(objectKey).kind !== 'constraint' || !/^(?:FOREIGN KEY|CHECK) /.test(definition)) return definition;
  return definition.replace(/(?: DEFERRABLE(?: INITIALLY DEFERRED)?)?(?: NOT VALID)?$/, '');
}
