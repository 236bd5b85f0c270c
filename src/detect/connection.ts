import type { Settings } from './settings.js';

/** The parts of a connection that are taken over as they are; what is absent is filled in later. */
export interface ConnectionParts {
  readonly host?: string;
  /** Addresses to connect to in the place of the hosts'. */
  readonly hostaddr?: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passfile?: string;
  readonly dbname?: string;
  /** Command-line settings for the server process. */
  readonly options?: string;
  /** Seconds, as written. */
  readonly connect_timeout?: string;
  readonly target_session_attrs?: string;
  readonly load_balance_hosts?: string;
  readonly sslmode?: string;
  readonly sslrootcert?: string;
  readonly sslcert?: string;
  readonly sslkey?: string;
  readonly sslpassword?: string;
  readonly sslcrl?: string;
  readonly sslcertmode?: string;
  readonly sslsni?: string;
  readonly ssl_min_protocol_version?: string;
  readonly ssl_max_protocol_version?: string;
}

/** The values alone. What is empty is absent: libpq's default holds. */
export function partsOf(settings: Settings): ConnectionParts {
  return Object.fromEntries(Object.entries(settings).flatMap(([name, { value }]) => (value ? [[name, value]] : [])));
}
