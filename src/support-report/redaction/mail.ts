import type { Rule } from './context.js';
import { betweenMasks } from './placeholder.js';

const address =
  /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{0,99}[\p{L}\p{N}_+-](?:@|%40)(?!sha256:)(?!\d{1,9}(?:\.\d{1,9}){0,9}(?![\w.]))[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]{1,63}){1,9}/gu;
/** Without a dot it may be a login at a machine: `alice@laptop`. */
const login = /(?<![\w.%-])([\p{L}\p{N}._+-]{1,64})@(?!sha256:|\d)([\p{L}][\p{L}\p{N}-]{0,62})(?![\p{L}\p{N}@.-])/gu;

/** E-mail addresses, and logins that are written like one. */
export const maskMail: Rule = (text, { masks }) =>
  betweenMasks(text, (piece) =>
    piece
      .replace(address, (found) => masks.of('e-mail', found.replace(/%40/, '@').replace(/^[^\p{L}\p{N}]+/u, '')))
      .replace(login, (found, name: string) =>
        /^yokeflow-upgrade-[0-9a-f]{8}$/.test(name) ? found : masks.of('e-mail', found),
      ),
  );
