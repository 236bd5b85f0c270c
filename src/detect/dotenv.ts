type Values = Record<string, string | undefined>;

/** One assignment: a value in single quotes, in double quotes (either may go over lines), or as it stands up to the end of the line. */
const assignment =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:'((?:\\'|[^'])*)'(?=[ \t]*(?:#.*)?$)|"((?:\\[\s\S]|[^"\\])*)"(?=[ \t]*(?:#.*)?$)|(.*))/gm;

/**
 * Reads the text of a `.env` file as Docker Compose does (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/),
 * and where that says nothing, as YokeFlow's own reader (python-dotenv). They differ in `$NAME`, which python-dotenv leaves as it is; so it is
 * left here where nothing defines that name, or a password with a $ in it would lose its end.
 * @param env where names are looked up that the file does not define
 */
export function readDotenv(text: string, env: Readonly<Values>): Values {
  const written = new Map<string, () => string>();
  for (const [, name = '', single, double, bare = ''] of text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .matchAll(assignment)) {
    written.set(
      name,
      () =>
        single?.replaceAll("\\'", "'") ??
        (double === undefined ? expand(unquoted(bare), valueOf) : expand(double, valueOf, unescaped)),
    );
  }
  const values: Values = {};
  const underWay = new Set<string>();
  // A value may refer to another one, and, by mistake, to itself: then it means the environment's.
  const valueOf = (name: string): string | undefined => {
    const read = written.get(name);
    if (read === undefined || underWay.has(name)) return env[name];
    if (values[name] !== undefined) return values[name];
    underWay.add(name);
    const value = read();
    underWay.delete(name);
    return (values[name] = value);
  };
  for (const name of written.keys()) valueOf(name);
  return values;
}

/** A # begins a comment where a blank is before it. */
function unquoted(rest: string): string {
  return rest.replace(/(?:^|[ \t])#.*$/, '').trim();
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  b: '\b',
  a: '\u0007',
  '"': '"',
  '\\': '\\',
};

/** What stands behind a backslash in double quotes; one before any other character is itself. */
const unescaped = (character: string): string => escapes[character] ?? `\\${character}`;

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+instead}`, `${NAME+instead}` and the two with `?`, which leave nothing
 * in the place of what is missing. `$$` and `\$` are a $. A default may hold further ones.
 * @param escape what a backslash before a character means; without it, both stay
 */
function expand(
  text: string,
  lookUp: (name: string) => string | undefined,
  escape = (character: string) => `\\${character}`,
): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const [escaped, character] = /^\\([\s\S])/.exec(rest) ?? [];
    const [plain, name = ''] = /^\$([A-Za-z_]\w*)/.exec(rest) ?? [];
    const braces = /^\$\{(\w+)(?:(:?[-+?])|\})/.exec(rest);
    if (escaped !== undefined && character !== undefined) {
      result += character === '$' ? '$' : escape(character);
      at += escaped.length;
    } else if (rest.startsWith('$$')) {
      result += '$';
      at += 2;
    } else if (plain !== undefined) {
      result += lookUp(name) ?? plain;
      at += plain.length;
    } else if (braces) {
      const [start, inBraces = '', operator] = braces;
      const end = operator === undefined ? 0 : closing(rest, start.length);
      const value = lookUp(inBraces);
      const isThere = value !== undefined && (value !== '' || operator?.startsWith(':') !== true);
      const word = operator === undefined ? '' : expand(rest.slice(start.length, end), lookUp, escape);
      result += operator?.endsWith('+') ? (isThere ? word : '') : isThere ? value : operator?.endsWith('-') ? word : '';
      at += operator === undefined ? start.length : end + 1;
    } else {
      result += text.charAt(at++);
    }
  }
  return result;
}

/** Where the brace ends that is open at this place. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}
