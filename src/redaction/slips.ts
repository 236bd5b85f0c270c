import { hideText, redactUrl, rememberPassword } from './redact.js';

/**
 * What tells that a text is, or holds, a connection string or a password by its name, wherever it stands. `a:b@c` is one without its scheme;
 * of two slashes one goes where a path is made of it.
 */
const shapes: readonly RegExp[] = [
  /\bpostgres(?:ql)?(?:\+\w+)?:\//i,
  /[a-z][a-z0-9+.-]*:\/\/[^\s/]*@/i,
  /(?:\b|_|pg|ssl)pass(?:word|wd|phrase)?\s*=\s*\S/i,
  // No drive of Windows has a name of two letters.
  /^[\s'"]*(?![a-z]:[/\\])[^\s/\\:@]+:[^\s@]+@[^\s@]/i,
];

/** Whether a text is a connection string, or what a slip of the keyboard makes of one: where a name, a folder or a command is meant. */
export function holdsCredentials(text: string): boolean {
  return decodings(text).some((form) => shapes.some((shape) => shape.test(form)));
}

/**
 * From now on, what is secret in these texts is hidden in every output. They are words of a command line or settings that lead to a database,
 * and may stand in the wrong place.
 */
export function rememberSlips(texts: Iterable<string | undefined>): void {
  for (const text of texts) {
    if (text === undefined || !holdsCredentials(text)) continue;
    const value = text.replace(/^--?[\w-]+=/, '');
    hideText(value, shownOf(value));
    for (const form of decodings(value)) for (const secret of secretsIn(form)) rememberPassword(secret);
  }
}

/** A text without its credentials. Where it is not known what is secret in it, nothing is left. */
function shownOf(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? redactUrl(text) : '***';
}

/** What may be the password in a connection string, however broken it is. */
function secretsIn(text: string): string[] {
  const rest = text.replace(/^[\s'"]*(?:[a-z][a-z0-9+.-]*:\/+)?/i, '');
  const at = rest.lastIndexOf('@');
  const [before, after] = [rest.slice(0, Math.max(0, at)), rest.slice(at + 1)];
  const user = /^[^:/@]*/.exec(before)?.[0] ?? '';
  // A name that serves as the password too would be hidden wherever it stands.
  const names = new Set([user, ...after.split(/[/?:&]/)]);
  const candidates = [before.slice(before.indexOf(':') + 1), before.slice(before.lastIndexOf(':') + 1)].filter(() =>
    before.includes(':'),
  );
  // The colons of an IPv6 address are no sign of one.
  const misplaced = /^(?:\[[^\]]*\]|[^:/?[]*):(?!\d*(?:[/?]|$))([^/?\s]+)/.exec(after)?.[1];
  const byName = [...text.matchAll(/pass(?:word|wd|phrase)?\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&'"]+))/gi)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  return [
    ...candidates.filter((secret) => !names.has(secret)),
    ...(misplaced === undefined ? [] : [misplaced]),
    ...byName,
  ].filter((secret) => secret !== '');
}

/** A text as it is, and percent-decoded once and twice. */
function decodings(text: string): string[] {
  const forms = [text];
  for (let i = 0; i < 2; i++) {
    try {
      forms.push(decodeURIComponent(forms.at(-1) ?? ''));
    } catch {
      break;
    }
  }
  return [...new Set(forms)];
}
