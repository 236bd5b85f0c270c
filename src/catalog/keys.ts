/** How an object of the catalog is spelled as a key. The query in `query.ts` writes the same spelling. */
export const key = {
  table: (table: string) => `table:${table}`,
  column: (table: string, column: string) => `column:${table}.${column}`,
  constraint: (table: string, name: string) => `constraint:${table}.${name}`,
  index: (table: string, name: string) => `index:${table}.${name}`,
  view: (view: string) => `view:${view}`,
  viewColumn: (view: string, column: string) => `view column:${view}.${column}`,
  function: (name: string) => `function:${name}`,
  body: (name: string) => `body:${name}`,
  trigger: (table: string, name: string) => `trigger:${table}.${name}`,
  label: (type: string, label: string) => `label:${type}.${label}`,
};

/** A key in words: `column sessions.status`. */
export function describeKey(objectKey: string): string {
  const colon = objectKey.indexOf(':');
  return `${objectKey.slice(0, colon)} ${objectKey.slice(colon + 1)}`;
}
