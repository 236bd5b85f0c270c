import { betweenMasks, isMasked } from './placeholder.js';
import type { RedactionContext, Rule } from './context.js';
import { isServiceLogin } from './public-words.js';

const slash = '(?:/|\\\\{1,8}|%2F|%5C)';
/** The folder that bears its user's name: /home/alice, /Users/alice, C:\Users\alice, /var/home/alice. */
const home = new RegExp(
  `((?:^|[^\\w.])(?:[A-Za-z](?::|%3A))?(?:${slash}(?:export|var|mnt${slash}c|c|Volumes))?${slash}(?:home|Users|Benutzer|Documents and Settings)${slash})([^/\\\\%:;,"'\`<>|\\n)]{1,64})`,
  'gi',
);
/** `user "x"`, `role "x"`, `user=x`, `owner "x"`: as PostgreSQL writes and reads them. */
const quoted = /\b((?:user|role|owner|identity|username)\s{1,9}")([^"\n]{0,255})(")/gi;
const assigned = /\b((?:user|username|usename|role|owner)\s{0,9}=\s{0,9}["']?)([^\s"',;)&]{1,255})/gi;
const identity = /\b(identity=")([^"]{0,255})(")/gi;

/** A login as it may be shown: one that stands for a service as it is, a person's masked. */
export function userShown(name: string, { masks }: RedactionContext): string {
  return name === '' || isMasked(name) || isServiceLogin(name) ? name : masks.of('user', name);
}

/** Names of people: in paths, in PostgreSQL's messages, and the logins that are known. */
export const maskPeople: Rule = (text, context) => {
  const shown = (_: string, before: string, name: string, after = '') =>
    `${before}${userShown(name, context)}${typeof after === 'string' ? after : ''}`;
  let result = text.replace(home, (_, before: string, name: string) => `${before}${userShown(name.trim(), context)}`);
  result = betweenMasks(result, (piece) =>
    piece
      .replace(quoted, shown)
      .replace(identity, shown)
      .replace(assigned, (_, before: string, name: string) => `${before}${userShown(name, context)}`),
  );
  return betweenMasks(result, (piece) => context.users.replaceIn(piece, (name) => userShown(name, context)));
};
