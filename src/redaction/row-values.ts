/** What is shown in the place of values that PostgreSQL quotes from a row. */
export interface Shown {
  /** For all values of a row, as far as PostgreSQL quotes them. */
  readonly row: (values: string) => string;
  /** For the values of a key. */
  readonly key: (values: string) => string;
  /** For the values of a key that nothing known follows, with all that does follow. */
  readonly openKey: (rest: string) => string;
}

/** Up to the last of them, because a value may hold brackets, and these very words. */
const closedKey =
  /^([^]*)\)( (?:already exists|is not present in|is still referenced|is referenced|is duplicated|conflicts with existing)[^]*)$/;

/**
 * A message of PostgreSQL without what it quotes of a row: `Key (name)=(x)`, `Failing row contains (…)`, parameters. The
 * names of the columns stay. The values are not quoted in themselves, so where one ends cannot be told.
 * Source: PostgreSQL's nbtinsert.c, ri_triggers.c, execMain.c, execPartition.c and postgres.c.
 */
export function replaceRowValues(message: string, shown: Shown): string {
  const withoutRows = message
    .replace(
      /(\bfailing row contains (?:\([^)]*\) = )?\()([^]*)$/i,
      (_, before: string, values: string) => `${before}${shown.row(values)}).`,
    )
    .replace(/(\bparameters?:\s+\$\d+ = )([^]*)$/i, (_, before: string, values: string) => before + shown.row(values));
  return replaceKeys(withoutRows, shown);
}

function replaceKeys(message: string, shown: Shown): string {
  const [, before, rest = ''] = /^([^]*?\)=\()([^]*)$/.exec(message) ?? [];
  if (before === undefined) return message;
  const [, values, after = ''] = closedKey.exec(rest) ?? [];
  return before + (values === undefined ? shown.openKey(rest) : `${shown.key(values)})${replaceKeys(after, shown)}`);
}

const HIDDEN = '***';
const harmless = /^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|null|t|f)$/i;
const masked = (value: string) => (harmless.test(value.trim()) ? value.trim() : HIDDEN);
const unclosed = (rest: string) => rest.replace(/\)\.?\s*$/, '');
const maskedKey = (values: string) => values.split(', ').map(masked).join(', ');

/** Numbers and UUIDs stay, so that the row can be found: the first value is the primary key in YokeFlow's tables. */
const stars: Shown = {
  row: (values) => `${masked(unclosed(values).split(',')[0] ?? '')}, ...`,
  key: maskedKey,
  openKey: (rest) => `${maskedKey(unclosed(rest))}).`,
};

/** not_null_violation, check_violation, with_check_option_violation: their DETAIL is a whole row. */
const quoteRow: ReadonlySet<string> = new Set(['23502', '23514', '44000']);

/**
 * A DETAIL of PostgreSQL without what stands in a row, for people: a row may hold a token or an address.
 * @param sqlState tells what the DETAIL is where the server does not speak English
 */
export function withoutRowValues(detail: string, sqlState?: string): string {
  const result = replaceRowValues(detail, stars);
  if (result !== detail || sqlState === undefined || !quoteRow.has(sqlState)) return result;
  return detail.replace(/\([^]*$/, (values) => `(${stars.row(values.slice(1))}).`);
}
