import { betweenMasks } from './placeholder.js';
import type { Rule } from './context.js';

/**
 * What secrets of well-known services look like, each begun by something that no word is. Sources: the services' own
 * documentation, and the rules of secret scanners such as gitleaks.
 */
export const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  // JSON Web Tokens, and half ones.
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /(?<![\w-])(?:sk|pk|rk|whsec)[-_](?:[a-z0-9]+[-_])*[A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])gh[opusr]_[A-Za-z0-9]{16,}/g,
  /(?<![A-Za-z0-9])(?:github_pat|glpat|gldt|glrt|npm|pypi|hf|dop_v1|doo_v1|dapi|shpat|shpss|sbp|nfp|lin_api|figd|ATATT|AVNS|vercel|r8|tvly|gsk)[_-][\w-]{10,}/g,
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xwfp)-[\w-]{8,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])(?:AIza[\w-]{30,}|ya29\.[\w-]{10,}|GOCSPX-[\w-]{10,})/g,
  /(?<![A-Za-z0-9])SG\.[\w-]{10,}\.[\w-]{10,}/g,
  /(?<!\d)\d{8,10}:AA[\w-]{30,}/g,
  // PostgreSQL's own stored passwords ("pg_authid").
  /SCRAM-SHA-256\$[^\s'"]+/g,
  /(?<![A-Za-z0-9])md5[0-9a-f]{32}(?![0-9a-f])/g,
];

const authorization = /\b(Authorization["']?\s*[:=]\s*["']?)((?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s+)?([^\s"',;]+)/gi;
const bearer = /\b(Bearer\s+)([\w.~+/=-]{6,})/gi;

/** Tokens and keys of well-known shapes. */
export const maskTokens: Rule = (text, { masks }) => {
  const hide = (token: string) => {
    masks.learn('token', token);
    return masks.of('token', token);
  };
  let result = text;
  for (const shape of shapes) result = betweenMasks(result, (piece) => piece.replace(shape, hide));
  return betweenMasks(result, (piece) => piece
    .replace(authorization, (_, name: string, scheme: string | undefined, token: string) => `${name}${scheme ?? ''}${hide(token)}`)
    .replace(bearer, (_, scheme: string, token: string) => `${scheme}${masks.of('token', token)}`));
};

/** A run of characters so long and so mixed that it must be a key: after every rule that knows what it looks at. */
export const maskRandomRuns: Rule = (text, { masks }) => betweenMasks(text, (piece) =>
  piece.replace(/(?<![\w+/=-])[\w+/-]{32,}={0,2}/g, (run) => (looksRandom(run) ? masks.of('token', run) : run)));

/** Digits among letters: names of indexes and constraints are longer, and have none or few. */
export function looksRandom(run: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(run)) return true;
  if (/[/]/.test(run) && !/\d/.test(run)) return false;
  const digits = run.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Z]/.test(run) && /[a-z]/.test(run);
}
