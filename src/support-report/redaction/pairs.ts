import { MASK, isMasked } from './placeholder.js';
import type { Rule } from './context.js';

const word =
  'passw(?:or)?d|passphrase|passcode|pwd|pgpass|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|account[-_ ]?key|signing[-_ ]?key' +
  '|encryption[-_ ]?key|license[-_ ]?key|credential|auth[-_ ]?key|cookie|session[-_ ]?key|webhook[-_ ]?url|connection[-_ ]?string';

/**
 * `password=x`, `"apiKey": "x"`, `POSTGRES_PASSWORD: x`, `\"token\":\"x\"`. Like in every rule here, repetitions have a
 * limit: without one, the time for a long run of the same character grows with its square.
 */
const pair = new RegExp(
  `((?:${word})[\\w.-]{0,60}["'\\\\]{0,8}\\s{0,20}(?:=>|:=|=|:)\\s{0,20})(?:(\\\\{0,8}["'])([^\\n]*?)(?:(?<!\\\\)\\2|$)|([^\\s]+))`,
  'gim',
);
/** `PASSWORD 'x'` of SQL. */
const spaced = /(\bPASSWORD\s{1,20}E?)(?:'((?:[^']|'')*)'?|"([^"]*)"?)/gi;
/** `--password x` of a command. */
const option = /((?<!\S)--?[\w-]{0,40}(?:password|passwd|token|secret|api-key)\s{1,20})(\S+)/gi;
/** A line of ~/.pgpass: host:port:database:user:password. */
const pgpass = new RegExp(
  `^([^:\\s/]{1,255}:(?:\\d{1,5}|\\*):[^:\\s]{0,63}:[^:\\s]{0,63}:)(?!\\s)([^\\n${MASK}]{3,})$`,
  'gm',
);

/** Counts of an LLM's tokens, a setting of PostgreSQL's, and columns with such a name and their types. */
const harmless = new RegExp(
  `^(?:[^:=]*tokens?\\w*["'\\\\]*\\s*[=:]+>?\\s*-?\\d{1,9}\\W*|[^:=]*password_encryption\\W.*|[^:=]*:\\s*(?:${[
    'text',
    'uuid',
    'jsonb?',
    'boolean',
    'integer',
    'bigint',
    'bytea',
    'character',
    'varchar',
    'numeric',
    'timestamp',
    'missing',
    'present',
    'none',
  ].join('|')})\\b.*)$`,
  'is',
);

/** Secrets by the name that stands before them. */
export const maskPairs: Rule = (text, { masks }) => {
  const hide = (secret: string) => {
    // Stars are what errors show in a secret's place.
    if (isMasked(secret) || /^\*+$/.test(secret)) return secret;
    if (looksLikeSecret(secret)) masks.learn('password', secret);
    return masks.of('password', secret);
  };
  return text
    .replace(
      pair,
      (whole, name: string, quote: string | undefined, quoted: string | undefined, bare: string | undefined) => {
        if (harmless.test(whole)) return whole;
        if (quote !== undefined) return quoted ? `${name}${quote}${hide(quoted)}${quote}` : whole;
        return `${name}${hideBare(bare ?? '', hide)}`;
      },
    )
    .replace(spaced, (_, name: string, single?: string, double?: string) => `${name}${hide(single ?? double ?? '')}`)
    .replace(option, (_, name: string, secret: string) => `${name}${hide(secret)}`)
    .replace(pgpass, (_, start: string, secret: string) => `${start}${hide(secret)}`);
};

/** What closes around a value is not of it. */
function hideBare(value: string, hide: (secret: string) => string): string {
  const end = /["')\]},;.]*$/.exec(value)?.[0] ?? '';
  const secret = value.slice(0, value.length - end.length);
  return secret === '' ? value : `${hide(secret)}${end}`;
}

/** A word after `token:` may be any word; only what no word looks like is looked for elsewhere too. */
function looksLikeSecret(value: string): boolean {
  return (
    value.length >= 6 &&
    !/[\uE000-\uE029]/.test(value) &&
    (/\d/.test(value) || /[^\p{L}\p{N}\s]/u.test(value) || (/\p{Lu}/u.test(value.slice(1)) && /\p{Ll}/u.test(value)))
  );
}
