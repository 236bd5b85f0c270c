import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { checksOfRelease } from '../../../scripts/drafted-checks.js';
import { key } from '../../../src/catalog/keys.js';
import * as define from '../../../src/releases/define.js';
import type { CatalogCheck, Expectation } from '../../../src/catalog/expectation.js';
import { engineRelease } from '../../support/releases.js';

/** What `src/releases/<version>/checks.ts` with this text would export. */
function checksIn(text: string): Record<string, CatalogCheck[]> {
  const [, value = ''] = /^export const checks = ([\s\S]*) satisfies .*;$/m.exec(text) ?? [];
  const make = runInThisContext(`({ key, fn, has, lacks, table, view }) => (${value})`) as (
    names: object,
  ) => Record<string, CatalogCheck[]>;
  return make({ key, ...define });
}

/** What is expected to be there, by key, with whether that tells that the step ran. */
const there = (expectations: readonly Expectation[]) =>
  Object.fromEntries(
    expectations.flatMap((each) => (each.kind === 'has' ? [[each.key, [each.definition, each.evidence]]] : [])),
  );

it('the checks that are drafted from the steps of a release are those that it declares', async () => {
  const { version, steps } = engineRelease;
  const drafted = checksIn(
    await checksOfRelease(
      version,
      steps.map(({ id }) => id),
      steps.flatMap(({ labels }) => labels),
    ),
  );
  expect(Object.keys(drafted)).toEqual(steps.map(({ id }) => id));
  for (const { id, checks } of steps) {
    const own = drafted[id] ?? [];
    const expectations = own.flatMap((check) => check.expectations);
    expect(there(expectations)).toEqual(there(checks.flatMap((check) => check.expectations)));
    // Known defects and what must not be there are the author's to add.
    expect(expectations.filter(({ kind }) => kind !== 'has')).toEqual([]);
    // As declared: each table, its constraints and its indexes, each view and each function under the same id and title.
    expect(own.filter((check) => !/^(of|label)\./.test(check.id)).map(({ id, title }) => [id, title])).toEqual(
      expect.arrayContaining(
        checks
          .filter((check) => /^(table|constraints|view|function)\./.test(check.id))
          .map(({ id, title }) => [id, title]),
      ),
    );
  }
});
