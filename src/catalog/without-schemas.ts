import { tokensOf, type Token } from '../inert/sql-tokens.js';

/**
 * Takes schema names out of a definition, so that it reads the same whatever the search path and the schema it was read from, and
 * whatever that is called: `REFERENCES public.tasks(id)` → `REFERENCES tasks(id)`. Text in quotes stays. Pure.
 * @param definition as PostgreSQL's pg_get_… functions and format_type render it
 */
export function withoutSchemas(definition: string): string {
  if (!definition.includes('.')) return definition;
  const tokens = withoutQualifiers([...tokensOf(definition)]);
  return tokens.map((token, at) => (isRegclass(tokens, at) ? unqualifiedConstant(token.text) : token.text)).join('');
}

const isName = (token: Token | undefined) => token?.kind === 'word' || token?.kind === 'identifier';
const isDot = (token: Token | undefined) => token?.text === '.';

/** Without each name that a dot and another name follow. */
function withoutQualifiers(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const [token, next, afterNext] = tokens.slice(at, at + 3);
    if (isName(token) && isDot(next) && isName(afterNext)) at++;
    else if (token) kept.push(token);
  }
  return kept;
}

/** `'public.epics_id_seq'::regclass` names its sequence inside quotes. */
function isRegclass(tokens: readonly Token[], at: number): boolean {
  const [token, ...cast] = tokens.slice(at, at + 4);
  return token?.kind === 'string' && cast.map(({ text }) => text).join('') === '::regclass';
}

function unqualifiedConstant(constant: string): string {
  const isEscaped = /^e/i.test(constant);
  const text = constant.slice(isEscaped ? 2 : 1, -1).replaceAll("''", "'");
  const names = isEscaped ? text.replaceAll('\\\\', '\\') : text;
  const rest = withoutQualifiers([...tokensOf(names)])
    .map((token) => token.text)
    .join('');
  return rest === names ? constant : `'${rest.replaceAll("'", "''")}'`;
}
