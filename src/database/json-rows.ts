/** Wraps a SELECT so that its whole result is one JSON text: every adapter then returns the very same values. */
export function jsonSelect(select: string): string {
  return `SELECT coalesce(json_agg(q), '[]')::text AS rows FROM (${select}\n) AS q`;
}

/** Reads what a statement of {@link jsonSelect} returned. */
export function asRows<T>(text: string): T[] {
  return JSON.parse(text) as T[];
}
