/** One piece of a script. All of them together are the script. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'identifier' | 'word' | 'space' | 'other';
  readonly text: string;
}

/** Other spaces of Unicode are letters to PostgreSQL. */
const space = String.raw`[ \t\n\r\f\v]`;
const newlineBetween = String.raw`[ \t\f\v]*[\n\r](?:${space}|--[^\n\r]*[\n\r])*`;
const plainBody = String.raw`'[^']*(?:''[^']*)*'`;
const escapedBody = String.raw`'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'`;
const pieces = (body: string) => new RegExp(`(${body})|${newlineBetween}`, 'g');
const [plainPieces, escapedPieces] = [pieces(plainBody), pieces(escapedBody)];

/**
 * Changes what stands in quotes and what stands between quotes of one constant: `'a'`, a newline, `'b'` are one.
 * @param constant without what may stand before its first quote
 * @param escaped whether it began with E, so that a backslash counts
 */
export function mapConstant(
  constant: string,
  escaped: boolean,
  quoted: (text: string) => string,
  between: (text: string) => string,
): string {
  return constant.replace(escaped ? escapedPieces : plainPieces, (piece, body: string | undefined) =>
    body === undefined ? between(piece) : quoted(body),
  );
}

/** A constant goes on where only a newline is between two quotes, and is read as it began. */
const goesOn = (body: string) => String.raw`${body}(?:${newlineBetween}${body})*`;

/**
 * In the order in which they are tried. Source: "Lexical Structure" in PostgreSQL's documentation, and its scan.l: a carriage return ends a
 * comment too, a name may hold a dollar sign, and a tag is made like a name.
 */
const shapes: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', new RegExp(`${space}+`, 'y')],
  ['comment', /--[^\n\r]*/y],
  ['string', new RegExp(String.raw`[eE]${goesOn(escapedBody)}`, 'y')],
  ['string', new RegExp(String.raw`(?:[uU]&|[nNbBxX])?${goesOn(plainBody)}`, 'y')],
  ['identifier', /(?:[uU]&)?"[^"]*(?:""[^"]*)*"/y],
  ['string', /(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?\1/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  // Digits go with what follows them, so that the dollar sign of $1 begins no quotation.
  ['other', /\$?\d[\w.]*|[^]/y],
];

/** Takes a script apart. What is begun and never ended is a piece of its own, one character long. */
export function* tokensOf(script: string): Generator<Token> {
  for (let at = 0; at < script.length; ) {
    const token = tokenAt(script, at);
    at += token.text.length;
    yield token;
  }
}

function tokenAt(script: string, at: number): Token {
  if (script.startsWith('/*', at)) return blockComment(script, at);
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at;
    const text = shape.exec(script)?.[0];
    if (text !== undefined) return { kind, text };
  }
  throw new Error('every character is a token');
}

/** PostgreSQL's block comments nest, unlike C's. */
function blockComment(script: string, at: number): Token {
  const bracket = /\/\*|\*\//g;
  bracket.lastIndex = at;
  let depth = 0;
  for (let found = bracket.exec(script); found; found = bracket.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return { kind: 'comment', text: script.slice(at, bracket.lastIndex) };
  }
  return { kind: 'other', text: '/' };
}
