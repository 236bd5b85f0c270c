import { expect } from 'vitest';
import type { tableContents } from './contents.js';

type Contents = Awaited<ReturnType<typeof tableContents>>;
type Row = Contents[string][number];

/** What 1.1.1's clean-up takes out of session_quality_checks. */
const reviewColumns = ['review_text', 'review_summary', 'prompt_improvements'];
const goneColumns = ['check_type', ...reviewColumns];
const isQualityChecks = (table: string) => table.endsWith('.session_quality_checks');

/**
 * Expects every row of before to be there after, with all its columns; deep reviews that were kept among the quality
 * checks must be among the deep reviews, or set aside.
 */
export function expectRowsKept(before: Contents, after: Contents): void {
  for (const [table, rows] of Object.entries(before)) {
    const kept = (row: Row) =>
      Object.fromEntries(
        Object.entries(row).filter(([column]) => !isQualityChecks(table) || !goneColumns.includes(column)),
      );
    expect(after[table] ?? [], table).toEqual(
      expect.arrayContaining(rows.map((row) => expect.objectContaining(kept(row)) as unknown)),
    );
    if (isQualityChecks(table))
      expectReviewsKept(rows, after, table.replace('session_quality_checks', 'session_deep_reviews'));
  }
}

function expectReviewsKept(checks: readonly Row[], after: Contents, reviewTable: string): void {
  const places = [...(after[reviewTable] ?? []), ...(after['yokeflow_upgrade.set_aside_deep_reviews'] ?? [])];
  for (const check of checks.filter(({ review_text }) => review_text)) {
    const review = Object.fromEntries(['session_id', ...reviewColumns].map((column) => [column, check[column]]));
    expect(places, `the deep review in quality check ${String(check['id'])}`).toContainEqual(
      expect.objectContaining(review),
    );
  }
}
