type Values = Record<string, string | undefined>;

/**
 * Reads the text of a `.env` file as YokeFlow does, which uses python-dotenv (parser.py, variables.py and main.py of version 1.x). Of Docker Compose's
 * reading it differs in what a `$` means: here `$NAME` and `$$` are themselves, and `${NAME}` and `${NAME:-default}` are replaced, in single
 * quotes too, by what the environment or an earlier line says.
 * @param env the environment, which counts more than the file
 */
export function readDotenv(text: string, env: Readonly<Values>): Values {
  const values: Values = {};
  for (const [name, value] of bindings(text.replace(/^\uFEFF/, '')))
    values[name] = value === undefined ? undefined : expanded(value, { ...values, ...env });
  return values;
}

/** Its lines that set something; a line that cannot be read is skipped. */
function bindings(text: string): [name: string, value: string | undefined][] {
  const reader = new Reader(text);
  const found: [string, string | undefined][] = [];
  for (;;) {
    reader.read(/[^\S\uFEFF]*/y);
    if (reader.isAtEnd) return found;
    reader.read(/(?:export[^\S\r\n]+)?/y);
    const name = reader.peek() === "'" ? reader.read(/'([^']+)'/y) : reader.read(/[^=#\s]+/y);
    reader.read(/[^\S\r\n]*/y);
    const value = name === undefined || reader.read(/=[^\S\r\n]*/y) === undefined ? undefined : valueAt(reader);
    // A quote that does not end makes the line unreadable.
    const isRead = value !== null && reader.read(/(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|$)/y) !== undefined;
    if (!isRead) reader.read(/[^\r\n]*(?:\r\n|\n|\r)?/y);
    else if (name !== undefined) found.push([name, value ?? undefined]);
  }
}

/** The value behind an equals sign; null where it begins with a quote that does not end. */
function valueAt(reader: Reader): string | null {
  switch (reader.peek()) {
    case "'":
      return reader.read(/'((?:\\'|[^'])*)'/y)?.replace(/\\([\\'])/g, '$1') ?? null;
    case '"':
      return (
        reader
          .read(/"((?:\\"|[^"])*)"/y)
          ?.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => escapes[letter] ?? letter) ?? null
      );
    default:
      return (reader.read(/[^\r\n]*/y) ?? '').replace(/\s+#.*/, '').trimEnd();
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A default is taken for what is not set, and not for what is empty. */
function expanded(value: string, known: Readonly<Values>): string {
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) =>
    Object.hasOwn(known, name) ? (known[name] ?? '') : (otherwise ?? ''),
  );
}

/** A place in a text that moves on. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  /**
   * Reads what matches here.
   * @param pattern a sticky one
   * @returns its group, or all of it where it has none; undefined, without moving, where nothing matches
   */
  read(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[1] ?? found[0];
  }
}
