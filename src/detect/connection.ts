/** The parts of a connection that a URL or PG* variables name; what is absent is filled in later. */
export interface ConnectionParts {
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passfile?: string;
  readonly database?: string;
  /** libpq's `options`: command-line settings for the server process. */
  readonly options?: string;
  /** Seconds, as written. */
  readonly connectTimeout?: string;
  readonly sslmode?: string;
  readonly sslrootcert?: string;
  readonly sslcert?: string;
  readonly sslkey?: string;
  readonly sslpassword?: string;
}

/** Removes absent and empty fields; libpq treats an empty setting as unset. */
export function present(parts: { [K in keyof ConnectionParts]: string | null | undefined }): ConnectionParts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => Boolean(value)));
}

/**
 * The PG* variables of libpq that are read here:
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function variableParts(env: Readonly<Record<string, string | undefined>>): ConnectionParts {
  return present({
    host: env['PGHOST'],
    port: env['PGPORT'],
    user: env['PGUSER'],
    password: env['PGPASSWORD'],
    passfile: env['PGPASSFILE'],
    database: env['PGDATABASE'],
    options: env['PGOPTIONS'],
    connectTimeout: env['PGCONNECT_TIMEOUT'],
    sslmode: env['PGSSLMODE'],
    sslrootcert: env['PGSSLROOTCERT'],
    sslcert: env['PGSSLCERT'],
    sslkey: env['PGSSLKEY'],
  });
}
