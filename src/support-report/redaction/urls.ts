import { webhook } from '../../redaction/webhooks.js';
import { hostShown, isDocumentation } from './hosts.js';
import { MASK, isMasked } from './placeholder.js';
import type { RedactionContext, Rule } from './context.js';
import { userShown } from './people.js';
import { looksRandom } from './tokens.js';

const url = /([a-z][a-z0-9+.-]{0,20}):(\/\/|%3A%2F%2F|\\?\/\\?\/)([^\s<>`]+)/gi;

/** Parameters of a connection string that say how to connect, and hold no secret. */
const plainParameters = new Set([
  'sslmode',
  'ssl',
  'connect_timeout',
  'channel_binding',
  'target_session_attrs',
  'pgbouncer',
  'gssencmode',
  'port',
  'dbname',
]);

/** Addresses with a scheme: what of them is secret, who logs in, and which machine it is. */
export const maskUrls: Rule = (text, context) =>
  text.replace(url, (whole, scheme: string, slashes: string, run: string) => {
    // In JSON or in quotes, the address ends where the string does.
    const end = /(?:\\*["'](?=[\s,;:\]})]|$)|["'].*?[{[,:]).*$|[)\]}.,;:'"!]+$/s.exec(run)?.[0] ?? '';
    const address = run.slice(0, run.length - end.length);
    if (webhook.test(address) && /^(?:https?|wss?)$/i.test(scheme))
      return context.masks.of('webhook', `${scheme}://${address}`.toLowerCase()) + maskUrls(end, context);
    if (/^(?:unix|npipe|file)$/i.test(scheme)) return whole;
    return `${scheme}:${slashes}${maskAddress(scheme, address, context)}${maskUrls(end, context)}`;
  });

function maskAddress(scheme: string, address: string, context: RedactionContext): string {
  // Everything up to the last @ counts as credentials: a password may hold @, / and ? unencoded.
  const at = address.lastIndexOf('@');
  const credentials = at === -1 ? '' : `${maskCredentials(scheme, address.slice(0, at), context)}@`;
  const [, hosts = '', path = '', query = ''] = /^([^/?#]*)([^?#]*)(.*)$/s.exec(address.slice(at + 1)) ?? [];
  const shown = hosts
    .split(',')
    .map((one) => maskHostAndPort(one, context))
    .join(',');
  return (
    credentials +
    shown +
    maskPath(scheme, hosts, path) +
    query.replace(
      /([?&#])([^=&#]*)(=?)([^&#]*)/g,
      (_, sign: string, name: string, equals: string, value: string) =>
        `${sign}${name}${equals}${value === '' ? '' : maskParameter(name, value, context)}`,
    )
  );
}

function maskCredentials(scheme: string, credentials: string, context: RedactionContext): string {
  const colon = credentials.indexOf(':');
  const user = colon === -1 ? credentials : credentials.slice(0, colon);
  const shownUser =
    /^https?$/i.test(scheme) && looksRandom(user) ? context.masks.of('token', user) : userShown(decoded(user), context);
  return colon === -1 ? shownUser : `${shownUser}:${maskPassword(credentials.slice(colon + 1), context)}`;
}

function maskPassword(password: string, { masks }: RedactionContext): string {
  if (password === '' || isMasked(password)) return password;
  const plain = decoded(password);
  if (plain.length >= 4 && !new RegExp(`[${MASK}]`).test(plain)) masks.learn('password', plain);
  return masks.of('password', plain);
}

function maskHostAndPort(text: string, context: RedactionContext): string {
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:[^/]*)?$/.exec(text) ?? [undefined, text, ''];
  // What stands in the place of a port and is none belongs to a password that was cut off.
  const shownPort = port === '' || /^:\d*$/.test(port) ? port : `:${maskPassword(port.slice(1), context)}`;
  return hostShown(host, context) + shownPort;
}

function maskPath(scheme: string, host: string, path: string): string {
  if (path.length <= 1 || !/^(?:https?|wss?|ftp)$/i.test(scheme) || isDocumentation(host)) return path;
  return '/…';
}

function maskParameter(name: string, value: string, context: RedactionContext): string {
  if (plainParameters.has(name.toLowerCase()) || isMasked(value)) return value;
  if (/^host(?:addr)?$/i.test(name)) return hostShown(decoded(value), context);
  if (/^user(?:name)?$/i.test(name)) return userShown(decoded(value), context);
  return /pass|secret|token|key/i.test(name) ? maskPassword(value, context) : context.masks.of('value', value);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
