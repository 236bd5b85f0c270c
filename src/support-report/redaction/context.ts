import type { KnownNames } from './known-names.js';
import type { Masks } from './masks.js';

/** What a rule of redaction may know. */
export interface RedactionContext {
  readonly masks: Masks;
  /** `--with-hosts`: names and addresses of machines stay. */
  readonly withHosts: boolean;
  /** Names of machines that are known by where they come from. */
  readonly hosts: KnownNames;
  /** Logins that are known by where they come from. */
  readonly users: KnownNames;
  /** Names of tables and views of this database: `sessions.id` is no machine. */
  readonly relations: Set<string>;
}

export type Rule = (text: string, context: RedactionContext) => string;
