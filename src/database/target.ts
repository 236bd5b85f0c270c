import type { ConnectionOptions } from 'node:tls';
import type { EngineAddress } from './engine-address.js';
import type { UpgradeError } from '../errors/error.js';
import type { Place } from './place.js';

/** YokeFlow's PostgreSQL inside a running container. */
export interface DockerTarget {
  readonly kind: 'docker';
  readonly engine: EngineAddress;
  readonly container: string;
  readonly containerId: string;
  readonly database: string;
  readonly user: string;
  /** The port that the user named; without it the server's own, as it wrote it into postmaster.pid. */
  readonly port?: number;
  /** The account in the container to run its programs as, where the server compares it with the role (`peer`); without it the container's. */
  readonly account?: string;
  /** The one of several schemas that the user chose. */
  readonly schema?: string;
  /** What of it the user named, or chose, and a command line has to name again. */
  readonly named?: readonly ('database' | 'user' | 'port')[];
  /** Why this one was taken, in one sentence. */
  readonly reason: string;
  readonly alternatives?: readonly Alternative[];
}

/** A PostgreSQL reached over the network or a local socket. */
export interface DirectTarget {
  readonly kind: 'direct';
  /** The one of several schemas that the user chose. */
  readonly schema?: string;
  /** Where the address came from: `--database-url`, `DATABASE_URL`, `PG* variables`, `/path/.env`. */
  readonly source: string;
  readonly host: string;
  /** libpq's `hostaddr`: the address that the host is taken to have. The host's name still counts for TLS and the password file. */
  readonly hostaddr?: string;
  /** The one address of the host that every session of this run goes to, once it has been chosen; absent where there is no choice. */
  readonly address?: string;
  readonly port: number;
  readonly database: string;
  /** Whether nobody named the database: then libpq takes the user's name. */
  readonly isDatabaseDefault?: boolean;
  readonly user: string;
  /** The container whose published port this is, where it has no psql of its own. */
  readonly container?: string;
  /** Never printed. Absent where the server's trust, or a question, is to decide. */
  readonly password?: string;
  /** Where that is from, in words; for messages. */
  readonly passwordFrom?: string;
  /** The password file that counts for it; absent where the password came before it. */
  readonly passwordFile?: PasswordFile;
  /** libpq's `options`, settings for the server process; some managed databases route connections by it. */
  readonly options?: string;
  /** libpq's `connect_timeout`; absent where the usual limit holds. */
  readonly connectTimeoutSeconds?: number;
  /** libpq's meaning of sslmode. `prefer` tries TLS first and falls back to plain text, `allow` the other way round. */
  readonly ssl: 'disable' | 'allow' | 'prefer' | ConnectionOptions;
  /** What `allow` and `prefer` do where they try TLS; without it, encrypt and check nothing. */
  readonly optionalTls?: ConnectionOptions;
  /** False where libpq's `sslsni` keeps the name of the host out of the TLS handshake. */
  readonly sendsName?: false;
  /** The service that some of this is from. */
  readonly service?: string;
  /** Every server that the connection names, where one of several is still to be chosen; the first of them is above. */
  readonly hosts?: readonly DirectHost[];
  /** libpq's `target_session_attrs`, where it is still to be asked. */
  readonly sessionAttributes?: SessionAttributes;
  /** Whether several servers, and several addresses of one, are tried in a random order (`load_balance_hosts`). */
  readonly isBalanced?: boolean;
  /** The servers that were tried before this one was taken, each with the reason. */
  readonly passedOver?: readonly string[];
  readonly reason: string;
  readonly alternatives?: readonly Alternative[];
}

/** One of several servers that a connection names. */
export type DirectHost = Pick<
  DirectTarget,
  'host' | 'hostaddr' | 'port' | 'password' | 'passwordFrom' | 'passwordFile' | 'ssl' | 'optionalTls' | 'sendsName'
>;

/** What a server has to be to be taken ("target_session_attrs" of libpq's documentation). */
export const sessionAttributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof sessionAttributes)[number];

/** A password file in PostgreSQL's form, as it was found. */
export interface PasswordFile {
  readonly path: string;
  /** Why nothing was read in it; `missing` for the usual one, which nobody has to have. */
  readonly fault?: string;
  readonly isOpenToOthers?: boolean;
  /** Whether the connection string itself names it. */
  readonly isNamed?: boolean;
}

/** The throw-away PostgreSQL of `demo`. */
export interface EmbeddedTarget {
  readonly kind: 'embedded';
  readonly database: string;
  readonly user: string;
  readonly reason: string;
  readonly alternatives?: never;
}

export type Target = DockerTarget | DirectTarget | EmbeddedTarget;

/** One place that was looked in, for the list that a user sees when nothing was found. */
export interface Attempt {
  /** What was tried: `container yokeflow_postgres on unix:///var/run/docker.sock`. */
  readonly tried: string;
  /** Why it did not do. */
  readonly failed: string;
}

/** What was found beside a target: another way to it, or another database. */
export interface Alternative {
  readonly kind: 'docker' | 'direct';
  readonly container: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Null where not even that is known. */
  readonly database: string | null;
  readonly user: string | null;
  /** The schema, where several of one database hold a YokeFlow. */
  readonly schema?: string;
  /** Whether it leads to the same database. */
  readonly sameDatabase: boolean;
  /** Of a container, as far as the engine says it: its image, state, published ports, and its compose project or Swarm stack. */
  readonly image?: string | null;
  readonly state?: string | null;
  readonly ports?: readonly string[];
  readonly project?: string | null;
  /** Why it cannot be used now; null where it can. */
  readonly unusable: string | null;
  /** What it holds, in a few words; null where nobody looked. */
  readonly holds: string | null;
  /** The option that chooses it, as a shell reads it. */
  readonly option: string;
}

/** A container of YokeFlow's name that cannot be used as it is. */
export interface UnusableContainer {
  readonly place: Place;
  readonly failed: string;
  readonly remedy: string;
  /** `down`: stopped or restarting. `paused`: its port takes connections, and nothing answers. `unknown`: it runs, and its user or database is not known. */
  readonly state: 'down' | 'paused' | 'unknown';
  /** Whether it only has to be started. */
  readonly canStart?: boolean;
  /** Whether its server fails: it ended with an error, or is started again and again. */
  readonly isFailing?: boolean;
  /** The last lines of its log, where it fails. */
  readonly log?: readonly string[];
  /** As its environment says; absent where that is in a file. */
  readonly database?: string;
}

/** An address that something names and that leads nowhere. */
export interface UnusableAddress {
  readonly source: string;
  readonly failed: string;
  /** Absent where it cannot even be read. */
  readonly target?: DirectTarget;
}

/** A container that looks like PostgreSQL; whether it is YokeFlow's, only a look inside tells. */
export interface Lookalike {
  readonly target: DockerTarget;
  readonly place: Place;
}

/** A volume that a container of YokeFlow's left behind. */
export interface KeptVolume {
  readonly name: string;
  /** Its compose project. */
  readonly project?: string;
  readonly engine: EngineAddress;
}

export interface Detection {
  /** What says most of why no engine led to a container; absent where none says more than that there is none. */
  readonly failure?: UpgradeError;
  readonly targets: readonly Target[];
  readonly attempts: readonly Attempt[];
  /** Where the containers among the targets are. */
  readonly places?: readonly Place[];
  readonly unusableContainers?: readonly UnusableContainer[];
  readonly unusableAddress?: UnusableAddress;
  /** Where nothing is nearer to YokeFlow and runs. */
  readonly lookalikes?: readonly Lookalike[];
  readonly volumes?: readonly KeptVolume[];
}
