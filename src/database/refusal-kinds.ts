/** Why a connection did not come about. */
export type Refusal =
  | 'server-full'
  | 'role-full'
  | 'database-full'
  | 'database-closed'
  | 'database-invalid'
  | 'no-database'
  | 'may-not-connect'
  | 'not-ready'
  | 'not-admitted'
  | 'tls-required'
  | 'tls-refused'
  | 'tls-failed'
  | 'no-password'
  | 'wrong-password'
  | 'other-proof'
  | 'unknown-role'
  | 'may-not-log-in'
  | 'unknown-role-or-may-not-log-in'
  | 'not-postgres'
  | 'silent'
  | 'refused';

/** What is known of a failed attempt beside its error. */
export interface Attempted {
  readonly user: string;
  readonly database: string;
  /** Whether the server asked for a password. */
  readonly wasAsked: boolean;
}
