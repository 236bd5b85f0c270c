import { isIP, isIPv6 } from 'node:net';
import { betweenMasks, isMasked } from './placeholder.js';
import type { RedactionContext, Rule } from './context.js';
import { isPublicWord, publicWords } from './public-words.js';
import { perhapsDomain, surelyDomain } from './domain-endings.js';

/** This machine itself, and "any": they tell nothing. */
const local = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1?|::ffff:127(?:\.\d+){3}|)$/i;

/** Sites of documentation, which messages of PostgreSQL and Docker name. */
const documentation =
  /^(?:www\.postgresql\.org|wiki\.postgresql\.org|apt\.postgresql\.org|docs\.docker\.com|hub\.docker\.com)$/i;

export function isDocumentation(host: string): boolean {
  return documentation.test(host);
}

/** A machine's name or address as it may be shown. The folder of a local socket is none. */
export function hostShown(host: string, { masks, withHosts }: RedactionContext): string {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  if (
    withHosts ||
    isMasked(host) ||
    local.test(plain) ||
    plain.startsWith('/') ||
    publicWords.has(plain.toLowerCase()) ||
    isDocumentation(plain)
  )
    return host;
  return masks.of('host', plain);
}

/** Words of messages after which a machine is named: Node's, libpq's, PostgreSQL's and this program's. */
const named =
  /\b((?:host(?:name)?(?: name)?|server at|ENOTFOUND|EAI_AGAIN|client_addr|client_hostname|from host|the host|remote_host|hostaddr)(?:\s{0,9}[=:]\s{0,9}|\s{1,9})["']?)((?=[\w[])[\w.:[\]-]{1,255})/gi;
/** This program's name of itself on a server: `yokeflow-upgrade-1a2b3c4d@machine:pid`. */
const ownName = /\b(yokeflow-upgrade-[0-9a-f]{8}@)([\w.-]+)(?=:\d)/g;
/** Words that stand in such a place and are no machine. */
const notHosts =
  /^(?:does|do|is|was|and|or|in|at|on|to|for|name|names|port|all|resolve|resolves|with|which|of|that|the|a|are|not|unknown|machine|itself|samehost|samenet|no|from|between|by|must|cannot|can)$/i;

const ipv4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g;
const ipv6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%\w+)?(?![\w:])/gi;
const dotted =
  /(?<![\p{L}\p{N}_.@/\\-])((?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62}[\p{L}\p{N}_])?\.){1,12})(\p{L}{2,24})(?![\p{L}\p{N}_-]|\.\p{L})/gu;

/** Names and addresses of machines, unless they are to be shown. */
export const maskHosts: Rule = (text, context) => {
  if (context.withHosts) return text;
  const shown = (host: string) => hostShown(host, context);
  const result = betweenMasks(text, (piece) => context.hosts.replaceIn(piece, shown));
  return betweenMasks(result, (piece) =>
    piece
      .replace(ownName, (_, before: string, host: string) => before + shown(host))
      .replace(ipv6, (address) => (isAddress(address) ? shown(address) : address))
      .replace(ipv4, (address) => (isIP(address) === 4 ? shown(address) : address))
      .replace(dotted, (name, start: string, ending: string) => (isDomain(start, ending, context) ? shown(name) : name))
      .replace(
        named,
        (whole, before: string, host: string) => before + nameOrWord(host, shown, whole.slice(before.length)),
      ),
  );
};

function nameOrWord(host: string, shown: (host: string) => string, whole: string): string {
  const [, plain = host, port = ''] = /^(.*?)((?::\d+)?[.:]?)$/.exec(host) ?? [];
  return isPublicWord(plain) || notHosts.test(plain) || /^\d+$/.test(plain) ? whole : shown(plain) + port;
}

/** `'x'::text` and times of the day have colons too. */
function isAddress(text: string): boolean {
  const plain = text.replace(/%\w+$/, '');
  return (isIPv6(plain) && (plain.match(/[0-9a-f]+/gi)?.length ?? 0) >= 2) || (local.test(plain) && plain.length > 2);
}

function isDomain(start: string, ending: string, { relations }: RedactionContext): boolean {
  const labels = start.slice(0, -1).split('.');
  const isIdentifier = labels.slice(0, 2).some((label) => relations.has(label) || publicWords.has(label.toLowerCase()));
  const known = surelyDomain.has(ending.toLowerCase());
  if (isIdentifier) return known && labels.length > 1;
  return known || (labels.length > 1 && perhapsDomain.has(ending.toLowerCase()));
}
