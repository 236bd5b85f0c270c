import { tokenShapes } from '../../redaction/token-shapes.js';
import { betweenMasks } from './placeholder.js';
import type { Rule } from './context.js';

const authorization =
  /\b(Authorization["']?\s*[:=]\s*["']?)((?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s+)?([^\s"',;]+)/gi;
const bearer = /\b(Bearer\s+)([\w.~+/=-]{6,})/gi;

/** Tokens and keys of well-known shapes. */
export const maskTokens: Rule = (text, { masks }) => {
  const hide = (token: string) => {
    masks.learn('token', token);
    return masks.of('token', token);
  };
  let result = text;
  for (const shape of tokenShapes) result = betweenMasks(result, (piece) => piece.replace(shape, hide));
  return betweenMasks(result, (piece) =>
    piece
      .replace(
        authorization,
        (_, name: string, scheme: string | undefined, token: string) => `${name}${scheme ?? ''}${hide(token)}`,
      )
      .replace(bearer, (_, scheme: string, token: string) => `${scheme}${masks.of('token', token)}`),
  );
};

/** A run of characters so long and so mixed that it must be a key: after every rule that knows what it looks at. */
export const maskRandomRuns: Rule = (text, { masks }) =>
  betweenMasks(text, (piece) =>
    piece.replace(/(?<![\w+/=-])[\w+/-]{32,}={0,2}/g, (run) => (looksRandom(run) ? masks.of('token', run) : run)),
  );

/** Digits among letters: names of indexes and constraints are longer, and have none or few. */
export function looksRandom(run: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(run)) return true;
  if (/[/]/.test(run) && !/\d/.test(run)) return false;
  const digits = run.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Z]/.test(run) && /[a-z]/.test(run);
}
