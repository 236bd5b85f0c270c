import { isIP, isIPv6 } from 'node:net';
import { tokenShapes } from '../../redaction/token-shapes.js';
import { webhook } from '../../redaction/webhooks.js';
import { betweenMasks, isMask } from './masks.js';
import { isEverybodys, isOwnWord } from './own-words.js';
import type { MaskKind } from './redacted.js';

/** What stands in a report for what a rule finds. */
export interface Shown {
  readonly mask: (kind: MaskKind, value: string) => string;
  /** A machine's name or address, as it may be shown. */
  readonly host: (name: string) => string;
  readonly user: (name: string) => string;
  /** Whether it is a table or view of this database: `projects.name` is no machine. */
  readonly isRelation: (name: string) => boolean;
}

/** A rule is given what lies between masks; its repetitions have a limit, or their time would grow with the square of the length. */
type Rule = (text: string, shown: Shown) => string;

const header = /\b(Authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:[A-Za-z]{4,9}\s{1,9})?|Bearer\s{1,9})([^\s"',;]{6,})/gi;
const maskTokens: Rule = (text, { mask }) =>
  tokenShapes
    .reduce((result, shape) => result.replace(shape, (token) => mask('token', token)), text)
    .replace(header, (_, before: string, token: string) => before + (isMask(token) ? token : mask('token', token)));

/** Everything up to the last @ counts as credentials: a password may hold @, / and ? unencoded. */
const url =
  /\b([a-z][a-z0-9+.-]{0,20})(:\/\/|%3A%2F%2F)([^\s<>`]{0,2000}(?:@|%40))?([^\s<>`"'/?#);]{0,2000})([^\s<>`"');]*)/gi;
/** Sites of documentation, which messages of PostgreSQL, of Docker and of this program name. */
const documentation = /^(?:(?:www|wiki|apt)\.postgresql\.org|(?:docs|hub)\.docker\.com)$/i;

/** Of an address with a scheme the machines and ports stay; who logs in, and how, is told by facts of their own. */
const maskUrls: Rule = (text, { mask, host: shown }) =>
  text.replace(
    url,
    (whole, scheme: string, slashes: string, login: string | undefined, hosts: string, rest: string) => {
      if (webhook.test(hosts + rest) && /^(?:https?|wss?)$/i.test(scheme)) return mask('webhook', whole.toLowerCase());
      if (/^(?:unix|npipe|file)$/i.test(scheme) || documentation.test(hosts) || !/\w/.test(hosts)) return whole;
      // What stands in the place of a port and is none belongs to a password that was cut off.
      const machines = hosts.split(',').map((one) => {
        const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d+(?=\W*$))?/.exec(one) ?? [];
        return shown(name) + port;
      });
      return `${scheme}${slashes}${login ? '…@' : ''}${machines.join(',')}${rest.length > 1 ? '/…' : rest}`;
    },
  );

/** Secrets by the name that stands before them: `password=x`, `"apiKey": "x"`. Words of our own are types of columns and the like. */
const pair =
  /((?:passw(?:or)?d|passphrase|pwd|secret|token|credential|cookie|(?:api|access|private|account|auth|encryption)[-_ ]?key)[\w.-]{0,60}["'\\]{0,8}\s{0,9}(?:=>|:=|=|:)\s{0,9}\\{0,8})(["']?)((?<=")[^"\n]{0,2000}|(?<=')[^'\n]{0,2000}|[^\s"',;)\]}]{1,2000})/gi;
const maskPairs: Rule = (text, { mask }) =>
  text.replace(pair, (whole, before: string, quote: string, secret: string) =>
    isOwnWord(secret.replace(/\W+$/, '')) || /^(?:\*+|-?\d{1,9}\W*|)$/.test(secret) || isMask(secret)
      ? whole
      : before + quote + mask('password', secret),
  );

/** Without a dot it may be a login at a machine: `alice@laptop`. A digest of an image is none. */
const mail =
  /[\p{L}\p{N}.!#$%&*+^_{|}~-]{1,64}(?:@|%40)(?!sha256:)\p{L}[\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}-]{1,63}){0,9}/gu;
const maskMail: Rule = (text, { mask, host }) =>
  text.replace(mail, (found) => {
    // This program's name of itself on a server.
    const [, own, machine] = /^(yokeflow-upgrade-[0-9a-f]{8}@)(.*)$/.exec(found) ?? [];
    return own && machine ? own + host(machine) : mask('e-mail', found.replace('%40', '@'));
  });

/** The folder that bears its user's name: /home/alice, /Users/alice, C:\Users\alice. */
const home =
  /((?:\/|\\{1,4}|%2F|%5C)(?:home|Users|Documents and Settings)(?:\/|\\{1,4}|%2F|%5C))([^/\\%:;,"'`<>|\n]{1,64})/gi;
const maskHomes: Rule = (text, { user }) =>
  text.replace(home, (_, before: string, name: string) => before + user(name.trim()));

const ipv4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g;
const ipv6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%\w+)?(?![\w:])/gi;
/** Words of Node's, libpq's and PostgreSQL's messages after which a machine is named. */
const named = /\b(ENOTFOUND |EAI_AGAIN |DNS:|host name "|host "|server at ")([\w*.:-]{1,255})/g;
/** Names of the catalog with an underscore in them are none. */
const dotted = /(?<![\w.@/\\-])(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,12}\p{L}{2,24}(?![\p{L}\p{N}_-]|\.\p{L})/gu;
const maskHosts: Rule = (text, { host, isRelation }) =>
  text
    .replace(ipv6, (address) => (isAddress(address.replace(/%\w+$/, '')) ? host(address) : address))
    .replace(ipv4, (address) => (isIP(address) === 4 ? host(address) : address))
    .replace(named, (_, before: string, name: string) => before + host(name.replace(/[.:]$/, '')))
    .replace(dotted, (name) => {
      const labels = name.split('.');
      const isColumn = labels.slice(0, -1).every((label) => isOwnWord(label) || isRelation(label));
      return isColumn && labels.length <= 3 ? name : host(name);
    });

/** Times of the day and `x::text` have colons too. */
function isAddress(text: string): boolean {
  return isIPv6(text) && (text.match(/[0-9a-f]+/gi)?.length ?? 0) >= 2;
}

const uuid = /(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi;
const maskIds: Rule = (text, { mask }) => text.replace(uuid, (id) => mask('id', id.toLowerCase()));

/** A run of characters so long and so mixed that it must be a key: names of constraints are longer, and have few digits or none. */
const run = /(?<![\w+/=-])[\w+/-]{32,}={0,2}/g;
const maskRuns: Rule = (text, { mask }) => text.replace(run, (one) => (isRandom(one) ? mask('token', one) : one));

function isRandom(text: string): boolean {
  const digits = text.match(/\d/g)?.length ?? 0;
  return /^[0-9a-f]+$/i.test(text) || (digits >= 3 && /[A-Z]/.test(text) && /[a-z]/.test(text));
}

const local = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1?|::ffff:127(?:\.\d+){3}|)$/i;

/** Whether a machine's name or address tells nothing: this machine itself, a folder of a socket, a site of documentation. */
export function isNoHost(name: string): boolean {
  const plain = name.replace(/^\[(.*)\]$/, '$1');
  return local.test(plain) || plain.startsWith('/') || isEverybodys(plain) || documentation.test(plain);
}

/** What names its secret comes before what only looks like one. */
const rules: readonly Rule[] = [maskPairs, maskMail, maskHomes, maskHosts, maskIds, maskRuns];

/** Masks what is known for a secret, an address or a person by its shape or its place. */
export function maskShapes(text: string, shown: Shown): string {
  const between = (whole: string, rule: Rule) => betweenMasks(whole, (piece) => rule(piece, shown));
  // The login of an address may be masked already.
  return rules.reduce(between, maskUrls(between(text, maskTokens), shown));
}
