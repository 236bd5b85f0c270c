import { notInertInLines } from '../../inert/characters.js';
import { visibleLines } from '../../inert/visible.js';
import { KnownTexts } from './known-texts.js';
import { isMask, Masks, numbering, withoutMasks, type MaskCounts } from './masks.js';
import { isEverybodys, isOwnName } from './own-words.js';
import type { Redacted } from './redacted.js';
import { isNoHost, maskShapes, type Shown } from './rules.js';

/** Colours, cursor moves, links and titles of a terminal (ECMA-48). */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g;

/** How long one text of a report may be, in characters. It is cut after it was redacted, never before. */
const LONGEST = 600;

/**
 * The only way for text from outside into a report. One redactor serves one report: equal secrets get equal masks.
 * Masks get their final numbers from {@link finish}.
 */
export class Redactor {
  private readonly masks = new Masks();
  private readonly secrets = new KnownTexts('gu');
  private readonly hosts = new KnownTexts('giu');
  private readonly users = new KnownTexts('giu');
  private readonly relations = new Set<string>();
  /** Texts that are not taken in, and what stands in their place. */
  private readonly replaced = new Map<string, string>();
  /** Passwords of the database by where they were found, for {@link passwords}. */
  private readonly noted: { readonly where: string; readonly password: string }[] = [];
  private readonly shown: Shown;

  /** @param options.withHosts `--with-hosts`: names and addresses of machines stay */
  constructor({ withHosts = false }: { withHosts?: boolean } = {}) {
    this.shown = {
      mask: (kind, value) => this.masks.of(kind, value),
      host: (name) =>
        withHosts || isNoHost(name) || isMask(name) ? name : this.masks.of('host', name.replace(/^\[(.*)\]$/, '$1')),
      isRelation: (name) => this.relations.has(name),
      user: (name) => (name === '' || isEverybodys(name) || isMask(name) ? name : this.masks.of('user', name)),
    };
  }

  /** This is a secret, wherever it stands and however it is spelled. */
  knowSecret(secret: string, alsoSpelled = secret): void {
    this.secrets.addSecret(secret, clean(secret), alsoSpelled);
  }

  /** There is a password of the database in this place. */
  notePassword(where: string, password: string): void {
    if (password !== '') this.noted.push({ where, password });
  }

  /** Where passwords of the database were found, and the mask of each: equal masks tell that they are equal. */
  passwords(): { readonly where: Redacted; readonly password: Redacted }[] {
    return this.noted.map(({ where, password }) => ({
      where: this.text(where),
      password: this.masks.of('password', password) as Redacted,
    }));
  }

  /** This is the name of a machine, although it may look like any other word. */
  knowHost(host: string): void {
    if (!isNoHost(host)) this.hosts.addName(host);
  }

  /** This is somebody's login. Those of services stay. */
  knowUser(user: string): void {
    if (user.length > 1 && !isEverybodys(user)) this.users.addName(user);
  }

  /** These are tables and views: `projects.name` is no machine. */
  knowRelations(names: Iterable<string>): void {
    for (const name of names) this.relations.add(name);
  }

  /** This text may hold anything, so that it is taken into no other one: its known form stands in its place. */
  replace(text: string, form: Redacted): void {
    if (!isOwnName(text) && text !== form) this.replaced.set(withoutMasks(text), form);
  }

  /** Any text from outside that is one of facts: a message of this program, a path, a name. */
  text(raw: string): Redacted {
    const longest = [...this.replaced].sort(([a], [b]) => b.length - a.length);
    const formed = longest.reduce((text, [one, form]) => text.replaceAll(one, () => form), withoutMasks(raw));
    return revealed(raw, this.mask(clean(formed)));
  }

  /** A definition of the catalog, without strings in it that are not of YokeFlow's own: a default may hold anything. */
  definition(raw: string): Redacted {
    const strings = /(?<![\p{L}\p{N}])'(?:[^']|'')*'/gu;
    return this.text(raw).replace(strings, (string) => (isOwnName(string) ? string : '[value]')) as Redacted;
  }

  /** The name of a machine, a network address, or the folder of a local socket. */
  host(name: string): Redacted {
    this.knowHost(name);
    return name.startsWith('/')
      ? this.text(name)
      : revealed(name, this.shown.host(this.hideSecrets(withoutMasks(clean(name)))));
  }

  /** A login, of PostgreSQL or of this machine. */
  user(name: string): Redacted {
    this.knowUser(name);
    return revealed(name, this.shown.user(this.hideSecrets(withoutMasks(clean(name)))));
  }

  /** Ends a report: masks get their numbers in the order in which they stand in it, and long texts are cut. */
  finish<T>(report: T): { report: T; masked: MaskCounts } {
    const { write, counts } = numbering();
    const written = (_: string, value: unknown) => (typeof value === 'string' ? write(shortened(value)) : value);
    return { report: JSON.parse(JSON.stringify(report), written) as T, masked: counts };
  }

  private hideSecrets(text: string): string {
    return this.secrets.replaceIn(text, (secret) => this.masks.of('password', secret));
  }

  private mask(text: string): string {
    const shaped = maskShapes(this.hideSecrets(text), this.shown);
    return this.users.replaceIn(this.hosts.replaceIn(shaped, this.shown.host), this.shown.user);
  }
}

/** Without what is not seen: a secret must not hide behind a character that has no width. */
function clean(raw: string): string {
  return raw.replace(sequences, '').replace(notInertInLines, '');
}

/** Where nothing had to be masked, what is not seen is shown: two names that look alike may be told apart. */
function revealed(raw: string, redacted: string): Redacted {
  return (redacted === clean(raw) ? visibleLines(raw) : redacted) as Redacted;
}

function shortened(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST).replace(/\[[\w-]*[# ]?\d*$/, '')} … (${text.length - LONGEST} more characters)`;
}
