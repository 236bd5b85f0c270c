/** A mount of a container. Source of the fields: Docker Engine API, "Inspect a container". */
export interface Mount {
  readonly Type?: string | undefined;
  readonly Source?: string | undefined;
  readonly Destination: string;
}

/** Where PostgreSQL's official image looks for scripts when it makes a new data folder. */
const INIT_FOLDER = '/docker-entrypoint-initdb.d';

/** How a container came to an empty database, as far as its mounts and its log tell. */
export interface Initialisation {
  /** The script that it stopped in, as psql reported it; absent where the log has no such line. */
  readonly stopped?: { readonly script: string; readonly line: number; readonly message: string };
  /** What of the machine is mounted as its folder of scripts, or as a script in it. */
  readonly mounted: readonly Mount[];
}

/**
 * Reads how a container's initialisation went. The image runs its scripts with psql, which names file and line of an error. Pure.
 * @returns undefined where nothing tells that a schema was to be loaded
 */
export function initialisationOf(mounts: readonly Mount[] | null | undefined, log: string): Initialisation | undefined {
  const mounted = (mounts ?? []).filter(
    ({ Destination }) => Destination === INIT_FOLDER || Destination.startsWith(`${INIT_FOLDER}/`),
  );
  const [, script, line, message] =
    [...afterLastEnd(log).matchAll(/^.*psql:\/docker-entrypoint-initdb\.d\/(.+?):(\d+): [^:\n]+: +(.+)$/gm)].at(-1) ??
    [];
  if (script !== undefined && message !== undefined)
    return { mounted, stopped: { script, line: Number(line), message: message.trim() } };
  return mounted.length === 0 ? undefined : { mounted };
}

/** What a log says after an initialisation that came to its end: a stop before that one was of another data folder. */
const afterLastEnd = (log: string): string => log.slice(log.lastIndexOf('PostgreSQL init process complete') + 1);

/**
 * The database that the scripts of the first start run in. Pure.
 * Source: the page of PostgreSQL's official image, "POSTGRES_DB" and "POSTGRES_USER".
 * @returns undefined where a file within the container has its name
 */
export function initialisedDatabase(env: readonly string[] | null | undefined): string | undefined {
  const valueOf = (name: string) => env?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  if (valueOf('POSTGRES_DB_FILE') ?? valueOf('POSTGRES_USER_FILE')) return undefined;
  return valueOf('POSTGRES_DB') || valueOf('POSTGRES_USER') || 'postgres';
}

/** The files of this machine that a container's mounts show it as YokeFlow's schema file; whether they can be read is another question. Pure. */
export function mountedSchemaFiles(mounts: readonly Mount[] | null | undefined): string[] {
  return (initialisationOf(mounts, '')?.mounted ?? []).flatMap(({ Type, Source, Destination }) => {
    if (!Source || (Type !== undefined && Type !== 'bind')) return [];
    // Docker Desktop shows the folders of its machine below a folder of its own.
    const source = Source.replace(/^\/(?:host_mnt|run\/desktop\/mnt\/host)(?=\/)/, '');
    if (Destination === INIT_FOLDER) return [`${source.replace(/\/$/, '')}/schema.sql`];
    return /schema\.sql$/.test(Destination) ? [source] : [];
  });
}
