import { visible, visibleLines } from '../inert/visible.js';
import { tokenShapes } from './token-shapes.js';
import { webhook } from './webhooks.js';

const hidden = '***';

/** Shorter ones are in too many words, and these stand in every message: to hide them would tell them. */
const SHORTEST_KNOWN = 6;
const everybodys = new Set(['postgres', 'postgresql', 'yokeflow', 'password', 'database', 'docker', 'public']);

/** Spellings of the passwords that this process has in its hands. A server, or a trigger of the user's, may repeat one. */
const known = new Set<string>();
/** The same passwords as they are. */
const passwords = new Set<string>();

/** Whole texts that hold a password too short to be known by itself, and what is shown in their place. */
const hiddenTexts = new Map<string, string>();

/** From now on, {@link redactText} hides this password wherever it stands. */
export function rememberPassword(password: string | undefined): void {
  if (password === undefined || password.length < SHORTEST_KNOWN || everybodys.has(password.toLowerCase())) return;
  passwords.add(password);
  for (const spelling of spellingsOf(password)) known.add(spelling);
}

/** From now on, {@link redactText} shows `shown` where this text stands. */
export function hideText(text: string, shown: string): void {
  // In a path, slashes that stand together are one.
  for (const spelling of [...spellingsOf(text), text.replace(/\/{2,}/g, '/')]) hiddenTexts.set(spelling, shown);
}

/** The passwords that are known by now, for whoever redacts in another way. */
export function knownPasswords(): readonly string[] {
  return [...passwords];
}

/** How a secret is spelled in messages, URLs, JSON and SQL, and as it is shown. */
export function spellingsOf(text: string): string[] {
  return [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", "''"),
    visible(text),
    visibleLines(text),
  ];
}

/**
 * A connection string without its password, for messages. Hides too much rather than too little: a password that
 * is not percent-encoded may hold `@`, `/`, `?` and `#`, so everything up to the last `@` counts as one.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/+/i.exec(url)?.[0];
  // Without a scheme it may be anything, a bare password included; only libpq's keyword form is shown in part.
  if (scheme === undefined) return /^\s*\w+\s*=/.test(url) ? redactParameters(url) : hidden;
  const rest = url.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at === -1) return scheme + redactParameters(hideOddPort(rest));
  const credentials =
    colon === -1 || colon > at
      ? redactParameters(rest.slice(0, at))
      : `${rest.slice(0, colon)}:${placeholder.test(rest) ? 'password' : hidden}`;
  return `${scheme}${credentials}@${redactParameters(hideOddPort(rest.slice(at + 1)))}`;
}

/**
 * A text without the passwords of any connection string in it, without tokens of well-known services and without the
 * passwords of this run: what people type by mistake comes back in messages.
 */
export function redactText(text: string): string {
  const withoutTexts = longestFirst(hiddenTexts.keys()).reduce(
    (result, whole) => result.replaceAll(whole, hiddenTexts.get(whole) ?? hidden),
    text,
  );
  const withoutUrls = redactParameters(
    withoutTexts
      // As a path, one slash is left; of ours alone it is known that a space may be in the password.
      .replace(/\bpostgres(?:ql)?(?:\+\w+)?:\/+[^\s@]*:[^\n@]*@\S*|[a-z][a-z0-9+.-]*:\/+\S*@\S*/gi, redactUrl)
      .replace(/([a-z][a-z0-9+.-]*%3A%2F%2F)\S*%40/gi, `$1${hidden}%40`),
  );
  const withoutPasswords = longestFirst(known).reduce(
    (result, secret) => result.replaceAll(secret, hidden),
    withoutUrls,
  );
  const withoutWebhooks = withoutPasswords.replace(
    /\b(https?|wss?):\/\/([^\s"'<>`]+)/gi,
    (whole, _scheme, address: string) => (webhook.test(address) ? hidden : whole),
  );
  return tokenShapes.reduce((result, shape) => result.replace(shape, hidden), withoutWebhooks);
}

/** One may be part of another. */
function longestFirst(texts: Iterable<string>): string[] {
  return [...texts].filter((text) => text !== '').sort((a, b) => b.length - a.length);
}

/** How this program's own messages say what a connection string is made of. */
const placeholder = /^user:password@host\b/;

/** Hides password parameters of a query (`?password=x`) and of libpq's keyword form (`password='x y'`). */
function redactParameters(text: string): string {
  return text.replace(
    /((?:(?:ssl)?pass(?:word|wd|phrase)?|\bpwd)\s*=\s*)('(?:[^'\\]|\\.)*'?|[^&\s]+)/gi,
    `$1${hidden}`,
  );
}

/** A "port" that is no number is the password of a URL that was cut off, for example at an unquoted #. */
function hideOddPort(rest: string): string {
  return /^(\[[^\]]*\]|[^:/?[]*):(?!\d*(?:[/?]|[.,;:'")\]}]*$))/.test(rest)
    ? rest.replace(/^([^:]*):.*$/s, `$1:${hidden}`)
    : rest;
}
