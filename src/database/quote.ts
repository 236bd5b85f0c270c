/**
 * Quotes a value as an SQL string literal. Both adapters send plain statements (psql before 16 cannot bind
 * parameters), so this is the only way a value enters SQL. Source: "String Constants with C-Style Escapes".
 */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  // E'…' reads the same whatever standard_conforming_strings says.
  return value.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
