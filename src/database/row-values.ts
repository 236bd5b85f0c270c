const harmless = /^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|null|t|f)$/i;

/** Up to what PostgreSQL says of the key, because a value may hold brackets too. */
const keyed = /(key \([^)]*\))=\(([\s\S]*?)\)(?= (?:already exists|is not present in|is still referenced from|is duplicated|conflicts with)|\.$)/gi;

const masked = (value: string) => (harmless.test(value.trim()) ? value.trim() : '***');

/**
 * A DETAIL of PostgreSQL without what stands in a row: it quotes whole rows (`Failing row contains (…)`) and keys
 * (`Key (name)=(…)`), and a row may hold a token or an address. Numbers and UUIDs stay, so that the row can be found.
 * Source: the messages of ExecConstraints, check_unique and ri_ReportViolation, in classes 22 and 23 of Appendix A.
 */
export function withoutRowValues(detail: string): string {
  return detail
    // The values are not quoted, so where one ends cannot be told; the first is the primary key in YokeFlow's tables.
    .replace(/(row contains) \(([\s\S]*)\)/, (_, before: string, values: string) => `${before} (${masked(values.split(',')[0] ?? '')}, ...)`)
    .replace(keyed, (_, before: string, values: string) =>
      `${before}=(${values.split(', ').map(masked).join(', ')})`);
}
