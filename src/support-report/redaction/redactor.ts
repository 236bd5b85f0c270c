import { notInertInLines } from '../../inert/characters.js';
import { visibleLines } from '../../inert/visible.js';
import type { RedactionContext, Rule } from './context.js';
import { maskHosts, hostShown } from './hosts.js';
import { KnownNames } from './known-names.js';
import { logWithoutValues } from './log-records.js';
import { maskMail } from './mail.js';
import { Masks, type MaskCounts } from './masks.js';
import { maskPairs } from './pairs.js';
import { maskPeople, userShown } from './people.js';
import { betweenMasks, reserved } from './placeholder.js';
import { isServiceLogin } from './public-words.js';
import type { Redacted } from './redacted.js';
import { maskRowValues } from './row-values.js';
import { maskRandomRuns, maskTokens } from './tokens.js';
import { maskUrls } from './urls.js';

const uuid = /(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi;
const maskIds: Rule = (text, { masks }) =>
  betweenMasks(text, (piece) => piece.replace(uuid, (id) => masks.of('id', id.toLowerCase())));

/** What names its secret comes before what only looks like one. */
const rules: readonly Rule[] = [
  maskTokens,
  maskUrls,
  maskPairs,
  maskMail,
  maskPeople,
  maskHosts,
  maskIds,
  maskRandomRuns,
];

/** Colours, cursor moves, links and titles of a terminal (ECMA-48). */
const sequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g;

/** How long one text of a report may be, in characters. It is cut after it was redacted, never before. */
const LONGEST = 600;

/**
 * The only way for text from outside into a report. One redactor serves one report: equal secrets get equal masks.
 * Masks have no numbers before {@link finish} has given them theirs.
 */
export class Redactor {
  private readonly context: RedactionContext;
  /** Passwords of the database by where they were found, for {@link passwords}. */
  private readonly noted: { readonly where: string; readonly password: string }[] = [];

  constructor({ withHosts = false }: { withHosts?: boolean } = {}) {
    this.context = {
      masks: new Masks(),
      withHosts,
      hosts: new KnownNames(),
      users: new KnownNames(),
      relations: new Set(),
    };
  }

  /** This is a secret, wherever it stands and however it is spelled. */
  knowSecret(secret: string, alsoSpelled = secret): void {
    for (const spelling of [secret, clean(secret), alsoSpelled]) this.context.masks.know(secret, spelling);
  }

  /** There is a password of the database in this place. */
  notePassword(where: string, password: string): void {
    if (password !== '') this.noted.push({ where, password });
  }

  /** Where passwords of the database were found, and the mask of each: equal masks tell that they are equal. */
  passwords(): { readonly where: Redacted; readonly password: Redacted }[] {
    return this.noted.map(({ where, password }) => ({
      where: this.text(where),
      password: this.context.masks.of('password', password) as Redacted,
    }));
  }

  /** This is the name of a machine, although it may look like any other word. */
  knowHost(host: string): void {
    if (host !== '' && hostShown(host, { ...this.context, withHosts: false }) !== host)
      this.context.hosts.add(host.toLowerCase());
  }

  /** This is somebody's login. Those of services stay. */
  knowUser(user: string): void {
    if (user.length > 1 && !isServiceLogin(user)) this.context.users.add(user);
  }

  /** These are tables and views: `projects.name` is no machine. */
  knowRelations(names: Iterable<string>): void {
    for (const name of names) this.context.relations.add(name);
  }

  /** Any text from outside: a message, a path, a name. */
  text(raw: string): Redacted {
    return revealed(raw, maskRowValues(this.mask(raw))) as Redacted;
  }

  /** The name of a machine, a network address, or the folder of a local socket. */
  host(name: string): Redacted {
    this.knowHost(name);
    return (
      name.startsWith('/')
        ? this.text(name)
        : revealed(name, hostShown(this.context.masks.hideSecrets(clean(name)), this.context))
    ) as Redacted;
  }

  /** A login, of PostgreSQL or of this machine. */
  user(name: string): Redacted {
    this.knowUser(name);
    return revealed(name, userShown(this.context.masks.hideSecrets(clean(name)), this.context)) as Redacted;
  }

  /**
   * The log of a PostgreSQL server, line by line.
   * @param labels words of YokeFlow's enum types, which may stay
   */
  log(raw: string, labels: ReadonlySet<string>): Redacted[] {
    return logWithoutValues(this.mask(raw), labels) as Redacted[];
  }

  /**
   * Ends a report: every text is gone through once more for secrets that rules found after it, and masks get their
   * numbers in the order in which they stand in it.
   */
  finish<T>(report: T): { report: T; masked: MaskCounts } {
    const { write, counts } = this.context.masks.numbering();
    const finished = everyText(report, (text) =>
      write(shortened(this.context.masks.hideSecrets(text, { lateOnly: true }))),
    );
    return { report: finished, masked: counts() };
  }

  private mask(raw: string): string {
    const { masks } = this.context;
    const hidden = masks.hideSecrets(clean(raw));
    return masks.hideSecrets(rules.reduce((text, rule) => rule(text, this.context), hidden));
  }
}

/** Without what is not seen: a secret must not hide behind a character that has no width. */
function clean(raw: string): string {
  return raw.replace(sequences, '').replace(notInertInLines, '').replace(reserved, '\uFFFD');
}

/** Where nothing had to be masked, what is not seen is shown: two names that look alike may be told apart. */
function revealed(raw: string, redacted: string): string {
  return redacted === clean(raw) ? visibleLines(raw).replace(reserved, '\uFFFD') : redacted;
}

function shortened(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST).replace(/\uE000[^\uE001]*$/, '')} … (${text.length - LONGEST} more characters)`;
}

/** The same value with every text in it, in order, replaced by what `change` makes of it. */
function everyText<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => everyText(item, change)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, everyText<unknown>(field, change)]),
  ) as T;
}
