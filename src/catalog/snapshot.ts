/**
 * What PostgreSQL's catalog says, flattened to `key → definition` so that comparing it with a release's
 * signature is plain look-ups. Keys are spelled by the functions of `keys.ts`.
 */
export type CatalogObjects = ReadonlyMap<string, string>;

export interface ServerFacts {
  /** As PostgreSQL names itself, for example `16.4`. */
  readonly version: string;
  /** server_version_num, for example 160004. */
  readonly versionNumber: number;
  readonly role: string;
  readonly isSuperuser: boolean;
  /** pg_is_in_recovery(): a standby answers queries and refuses writes. */
  readonly inRecovery: boolean;
  /** transaction_read_only of a new transaction. */
  readonly readOnly: boolean;
  /** Whether it knows client_connection_check_interval (14 or later) and its platform can do it. */
  readonly checksClients: boolean;
  /** Whether gen_random_uuid() is there: built in from 13 on ("UUID Functions"), else from the extension pgcrypto. */
  readonly makesUuids: boolean;
  /** Whether the role may call pg_control_system(). */
  readonly tellsSystem: boolean;
}

/** Something of another role's that PostgreSQL would call in the place of its own. */
export interface Shadowing {
  /** With its kind and its arguments: `operator public.||(name,name)`. */
  readonly object: string;
  readonly owner: string;
}

/** Something in the schema that belongs to a role which would gain by our using it, and which does not own the tables. */
export interface ForeignOwned extends Shadowing {
  readonly kind: 'relation' | 'function' | 'trigger';
  /** Without its arguments; of a trigger, that of its table. */
  readonly name: string;
}

/** A name that a step needs and that something else bears. */
export interface TakenName {
  /** As a step calls it: of a part with its table, as in `prompt_proposals.metadata`. */
  readonly name: string;
  /** What a step needs it for: `table`, `view`, `column`, … */
  readonly needed: string;
  /** The steps that need it, by id; null where every run does. */
  readonly steps: ReadonlySet<string> | null;
  /** What bears it, with its owner, in a sentence without a full stop. */
  readonly what: string;
  /** SQL that frees the name; as PostgreSQL takes it, with whatever characters the names in it have. */
  readonly rename: string;
  /** Another way, where there is one. */
  readonly otherwise?: string;
  /** Whether a rollback of these steps would drop it. */
  readonly wouldBeDropped: boolean;
}

/** Above how many tables and views not each file, and not each relation, is looked at by itself. */
export const MANY_RELATIONS = 2000;

export interface Snapshot {
  readonly server: ServerFacts;
  readonly database: string;
  /** With more than {@link MANY_RELATIONS}, what the last VACUUM or ANALYZE counted. */
  readonly sizeBytes: number;
  /** The schema that was read: where YokeFlow's tables are, else the first of the search path. */
  readonly schema: string;
  /** Every schema that holds tables named like YokeFlow's core tables. */
  readonly candidateSchemas: readonly string[];
  /** Those of them that have tests too, as every YokeFlow has. */
  readonly wholeSchemas: readonly string[];
  /** Tables and views of the whole database that no extension brought. */
  readonly relationCount: number;
  /** Of the tables in the schema that was read, of which {@link objects} holds YokeFlow's and the first of the others. */
  readonly tableCount: number;
  /** Owner of `sessions`, to whom whatever a step creates shall belong. Null where there is no such table. */
  readonly owner: string | null;
  /** Whether the connected role is, or is a member of, that owner. */
  readonly mayActAsOwner: boolean;
  readonly ownerIsSuperuser: boolean;
  /** What roles that would gain by it have put where steps and probes look for names. */
  readonly shadowing: readonly Shadowing[];
  readonly foreignOwned: readonly ForeignOwned[];
  /** The schemas of the role's own search path, as far as nobody has put anything there that we would call unawares. */
  readonly safePath: readonly string[];
  /** Tables of the schema whose rows a policy hides from the role that does the work. */
  readonly hiddenRows: readonly string[];
  /** Whether that owner may write, and make where it is missing, the record of runs (schema yokeflow_upgrade). */
  readonly mayKeepHistory: boolean;
  /** Where uuid-ossp's functions are: they must be on the search path of a step. */
  readonly extensionSchemas: readonly string[];
  /** What YokeFlow has. Whatever plainly is somebody else's and bears a name of YokeFlow's is in {@link taken} instead. */
  readonly objects: CatalogObjects;
  readonly taken: readonly TakenName[];
}
