import { NoPassword } from './login.js';
import { NotPostgres } from './not-postgres.js';
import type { Refusal } from './refusal-cause.js';
import { refusalInText, type Attempted } from './refusal-text.js';
import { ConnectionLost, DatabaseError } from './session.js';

interface Fields {
  readonly code?: string;
  /** The function of PostgreSQL's source that raised the error. Unlike the message it is in no language. */
  readonly routine?: string;
}

/** How Node's TLS layer names what it found. */
const tlsCode =
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;
const sqlState = /^[0-9A-Z]{5}$/;

/** Without a password in between, a role that is not there and one that may not log in differ in the text alone. */
const otherwise = (routine: string | undefined): Refusal =>
  routine === 'InitializeSessionUserId' ? 'unknown-role-or-may-not-log-in' : 'refused';

/**
 * What the error of a direct connection attempt means, by its class, SQLSTATE and routine; its text, which may be in any language, only decides
 * where these leave something open, or where a pooler sends no more. Pure. Sources: postinit.c, auth.c, miscinit.c and proc.c of PostgreSQL.
 */
export function refusalOf(error: unknown, attempted: Attempted): Refusal {
  if (error instanceof ConnectionLost && error.cause !== undefined) return refusalOf(error.cause, attempted);
  if (error instanceof DatabaseError) return 'refused';
  if (error instanceof NoPassword) return 'no-password';
  if (error instanceof NotPostgres) return 'not-postgres';
  const { code = '', routine } = error as Fields;
  const text = error instanceof Error ? error.message : String(error);
  if (sqlState.test(code))
    return byState(code, routine, attempted, text) ?? refusalInText(text, attempted) ?? otherwise(routine);
  if (/does not support SSL/.test(text)) return 'tls-refused';
  // A PostgreSQL answers the question for TLS with one of two letters.
  if (/There was an error establishing an SSL connection/.test(text)) return 'not-postgres';
  if (tlsCode.test(code)) return 'tls-failed';
  // The system's own: no such host, nobody listens. A host's name may hold any word.
  if (/^E[A-Z_]+$/.test(code)) return 'silent';
  if (/SSL|TLS|certificate|self-signed/i.test(text)) return 'tls-failed';
  // Kerberos, SSPI and OAuth, which `pg` does not speak.
  if (/unknown authenticationOk message|^SASL: Only mechanism/i.test(text)) return 'other-proof';
  // The server could not prove that it knows the password, or broke the exchange off.
  if (text.startsWith('SASL')) return 'refused';
  return refusalInText(text, attempted) ?? 'silent';
}

/** Whether pg_hba.conf has no rule for how the connection was made: another way, with or without TLS, may be admitted. */
export function isNotAdmitted(error: unknown): boolean {
  const { code, routine } = error as Fields;
  return code === '28000' && routine === 'ClientAuthentication';
}

function byState(code: string, routine: string | undefined, attempted: Attempted, text: string): Refusal | undefined {
  switch (code) {
    case '53300':
      return routine === 'InitializeSessionUserId'
        ? 'role-full'
        : routine === 'CheckMyDatabase'
          ? 'database-full'
          : 'server-full';
    // InitPostgres: what an interrupted DROP DATABASE leaves (16 and later).
    case '55000':
      return routine === 'InitPostgres' ? 'database-invalid' : 'database-closed';
    // An administrator's shutdown and a crash end what is being opened too.
    case '57P01':
    case '57P02':
    case '57P03':
      return 'not-ready';
    case '3D000':
      return 'no-database';
    case '28P01':
      return 'wrong-password';
    case '42501':
      return routine === 'CheckMyDatabase' ? 'may-not-connect' : undefined;
    case '28000':
      return byRoutine(routine, attempted, text);
    default:
      return undefined;
  }
}

/** 28000 is raised for whatever is wrong with who connects. */
function byRoutine(routine: string | undefined, attempted: Attempted, text: string): Refusal | undefined {
  if (routine === 'ClientAuthentication') return /client certificate/.test(text) ? 'other-proof' : 'not-admitted';
  // Wrong passwords have a SQLSTATE of their own, but for those that PAM, LDAP, RADIUS and BSD judge.
  if (routine === 'auth_failed') return attempted.wasAsked ? 'wrong-password' : 'other-proof';
  // Whose password was right is a role.
  if (routine === 'InitializeSessionUserId') return attempted.wasAsked ? 'may-not-log-in' : undefined;
  return undefined;
}
