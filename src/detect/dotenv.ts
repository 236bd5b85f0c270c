import { parseEnv } from 'node:util';

/** Variables whose values may hold a # or a reference to another variable: the ones that detection reads. */
const line = /^(\s*(?:export\s+)?(?:DATABASE_URL|PG[A-Z_]+)\s*=[ \t]*)([^'"`\s#][^\r\n]*?)([ \t]+#[^\r\n]*)?[ \t]*$/gm;

/**
 * Reads the text of a `.env` file as YokeFlow's own reader (python-dotenv) does. Node's parser differs in two
 * points, which are evened out here: it cuts an unquoted value at any #, where only a # after a blank begins a
 * comment, and it leaves `${NAME}` and `${NAME:-default}` as they stand.
 * @param env where names are looked up that the file does not define
 */
export function readDotenv(text: string, env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const quoted = text.replace(/^\uFEFF/, '').replace(line, (whole, name: string, value: string) => {
    const quote = ['"', "'", '`'].find((mark) => !value.includes(mark));
    return value.includes('#') && quote !== undefined ? `${name}${quote}${value}${quote}` : whole;
  });
  const values = parseEnv(quoted) as Record<string, string | undefined>;
  const expand = (value: string, depth: number): string =>
    value.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
      const found = values[name] ?? env[name] ?? fallback ?? '';
      // A value may refer to another one, and, by mistake, to itself.
      return depth > 0 ? expand(found, depth - 1) : found;
    });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value && expand(value, 5)]));
}
