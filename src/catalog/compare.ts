import type { ErrorCode } from '../errors/codes.js';
import { visible } from '../inert/visible.js';
import type { CatalogCheck, Expectation } from './expectation.js';
import { essential } from './essential.js';
import { describeKey, key, parseKey } from './keys.js';
import type { CatalogObjects } from './snapshot.js';

export interface Violation {
  /**
   * `missing`: an object that a step brings is not there, or one that it takes away still is.
   * `different`: it is there and is not what YokeFlow needs.
   */
  readonly kind: 'missing' | 'different';
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  readonly defect?: ErrorCode;
  /** The key of an object that is not there. */
  readonly absent?: string;
}

export interface CheckedCheck {
  readonly check: CatalogCheck;
  readonly violations: readonly Violation[];
}

/** Compares one check's expectations with the catalog. The columns of a table that is not there go without saying. Pure. */
export function compare(check: CatalogCheck, objects: CatalogObjects): CheckedCheck {
  const absent = new Set(
    check.expectations.flatMap((expectation) =>
      expectation.kind === 'has' && !objects.has(expectation.key) ? [expectation.key] : [],
    ),
  );
  const implied = (expectation: Expectation) => {
    if (expectation.kind !== 'has') return false;
    const { kind, relation } = parseKey(expectation.key);
    return (
      (kind === 'column' && absent.has(key.table(relation))) ||
      (kind === 'view column' && absent.has(key.view(relation)))
    );
  };
  const telling = check.expectations.filter((expectation) => !implied(expectation));
  return { check, violations: telling.flatMap((expectation) => violation(expectation, objects) ?? []) };
}

/** Whether the catalog has what tells that this expectation's step ran. Pure. */
export function isEvidence(expectation: Expectation, objects: CatalogObjects): boolean {
  if (!expectation.evidence) return false;
  if (expectation.kind === 'has') return objects.has(expectation.key);
  return expectation.kind === 'lacks' && !objects.has(expectation.key);
}

function violation(expectation: Expectation, objects: CatalogObjects): Violation | undefined {
  const defect = expectation.defect === undefined ? {} : { defect: expectation.defect };
  if (expectation.kind === 'lacks') {
    const found = objects.get(expectation.key);
    if (found === undefined) return undefined;
    const kind = expectation.defect === undefined ? 'missing' : 'different';
    return {
      kind,
      subject: describeKey(expectation.key),
      expected: 'none',
      found: visible(found) || 'it is there',
      ...defect,
    };
  }
  if (expectation.kind === 'body') {
    const source = objects.get(key.body(expectation.function));
    const isExcused = expectation.unless !== undefined && objects.has(expectation.unless);
    if (source === undefined || isExcused || !expectation.forbids.test(withoutComments(source))) return undefined;
    const subject = `function ${expectation.function}`;
    return {
      kind: 'different',
      subject,
      expected: 'a function that works',
      found: `it ${expectation.because}`,
      ...defect,
    };
  }
  const found = objects.get(expectation.key);
  const subject = describeKey(expectation.key);
  const expected = expectation.definition || 'present';
  if (found === undefined) {
    // A known defect is a thing done wrong, not a thing left out, as long as its table is there.
    const { kind: of, relation } = parseKey(expectation.key);
    const isPart = of !== 'view' && of !== 'function' && of !== 'table';
    const kind =
      expectation.defect !== undefined && (!isPart || objects.has(key.table(relation))) ? 'different' : 'missing';
    return { kind, subject, expected, found: 'missing', absent: expectation.key, ...defect };
  }
  if (essential(expectation.key, found) === expectation.definition || expectation.accepts?.test(found))
    return undefined;
  return { kind: 'different', subject, expected, found: visible(found), ...defect };
}

function withoutComments(source: string): string {
  return source.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
}
