import { tokenShapes } from './token-shapes.js';
import { webhook } from './webhooks.js';

const hidden = '***';

/** Shorter ones are in too many words, and these stand in every message: to hide them would tell them. */
const SHORTEST_KNOWN = 6;
const everybodys = new Set(['postgres', 'postgresql', 'yokeflow', 'password', 'database', 'docker', 'public']);

/** Spellings of the passwords that this process has in its hands. A server, or a trigger of the user's, may repeat one. */
const known = new Set<string>();

/** From now on, {@link redactText} hides this password wherever it stands. */
export function rememberPassword(password: string | undefined): void {
  if (password === undefined || password.length < SHORTEST_KNOWN || everybodys.has(password.toLowerCase())) return;
  for (const spelling of [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), password.replaceAll("'", "''")]) known.add(spelling);
}

/**
 * A connection string without its password, for messages. Hides too much rather than too little: a password that
 * is not percent-encoded may hold `@`, `/`, `?` and `#`, so everything up to the last `@` counts as one.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  // Without a scheme it may be anything, a bare password included; only libpq's keyword form is shown in part.
  if (scheme === undefined) return /^\s*\w+\s*=/.test(url) ? redactParameters(url) : hidden;
  const rest = url.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at === -1) return scheme + redactParameters(hideOddPort(rest));
  const credentials = colon === -1 || colon > at ? redactParameters(rest.slice(0, at)) : `${rest.slice(0, colon)}:${hidden}`;
  return `${scheme}${credentials}@${redactParameters(rest.slice(at + 1))}`;
}

/**
 * A text without the passwords of any connection string in it, without tokens of well-known services and without the
 * passwords of this run: what people type by mistake comes back in messages.
 */
export function redactText(text: string): string {
  const withoutUrls = redactParameters(text.replace(/[a-z][a-z0-9+.-]*:\/\/\S*@\S*/gi, redactUrl));
  // The longest first: one may be part of another.
  const withoutPasswords = [...known].sort((a, b) => b.length - a.length).reduce((result, secret) => result.replaceAll(secret, hidden), withoutUrls);
  const withoutWebhooks = withoutPasswords.replace(/\b(https?|wss?):\/\/([^\s"'<>`]+)/gi, (whole, _scheme, address: string) => (webhook.test(address) ? hidden : whole));
  return tokenShapes.reduce((result, shape) => result.replace(shape, hidden), withoutWebhooks);
}

/** Hides password parameters of a query (`?password=x`) and of libpq's keyword form (`password='x y'`). */
function redactParameters(text: string): string {
  return text.replace(/((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^&\s]*)/gi, `$1${hidden}`);
}

/** A "port" that is no number is the password of a URL that was cut off, for example at an unquoted #. */
function hideOddPort(rest: string): string {
  return /^(\[[^\]]*\]|[^:/?[]*):(?!\d*([/?]|$))/.test(rest) ? rest.replace(/^([^:]*):.*$/s, `$1:${hidden}`) : rest;
}
