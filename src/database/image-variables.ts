/**
 * The variables by which images name the user, the database and the password of a new server; the first that is set counts, and each may
 * end in `_FILE` and name a file instead. Sources: the documentation of the images `postgres` (also timescale, pgvector, supabase),
 * `bitnami/postgresql` and `sclorg/postgresql`.
 */
export const imageVariables = {
  user: ['POSTGRES_USER', 'POSTGRESQL_USERNAME', 'POSTGRESQL_USER'],
  database: ['POSTGRES_DB', 'POSTGRESQL_DATABASE'],
  password: ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'],
} as const;

/** What an image's environment says of its server. */
export interface ImageLogin {
  readonly user: string;
  readonly database: string;
  /** The variables that name a file which was not read. */
  readonly unread: readonly string[];
}

/** A variable's value; like the images' shell code, an empty one counts as absent. */
export function variable(env: readonly string[], name: string): string | undefined {
  const entry = env.find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) || undefined;
}

/** The variables of an environment that name files with the user or the database. */
export function filedVariables(env: readonly string[]): string[] {
  return [...imageVariables.user, ...imageVariables.database].filter(
    (name) => variable(env, name) === undefined && variable(env, `${name}_FILE`) !== undefined,
  );
}

/**
 * User and database by the images' rules: without a user `postgres`; without a database the user's name, and in Bitnami's image
 * `postgres`. Pure.
 * @param files what stands in the files that the environment names, by variable
 */
export function imageLogin(env: readonly string[], files: Readonly<Record<string, string>> = {}): ImageLogin {
  const first = (names: readonly string[]) => names.map((name) => variable(env, name) ?? files[name]).find(Boolean);
  const user = first(imageVariables.user) ?? 'postgres';
  const isBitnami = variable(env, 'BITNAMI_APP_NAME') !== undefined;
  return {
    user,
    database: first(imageVariables.database) ?? (isBitnami ? 'postgres' : user),
    unread: filedVariables(env).filter((name) => !files[name]),
  };
}
