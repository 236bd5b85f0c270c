import type { Session } from '../session.js';
import type { SessionAttributes } from '../target.js';

/** What a server says of itself. */
export interface ServerKind {
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
}

/** Asks a server whether it takes changes, by the two things that libpq looks at. */
export async function kindOf(session: Session): Promise<ServerKind> {
  const [row] = await session.rows<ServerKind>(
    `SELECT pg_is_in_recovery() AS "inRecovery", current_setting('default_transaction_read_only') = 'on' AS "readOnly"`,
  );
  return row ?? { inRecovery: false, readOnly: false };
}

/** Whether a server will do. Source: `target_session_attrs` in libpq's documentation. Pure. */
export function fits({ inRecovery, readOnly }: ServerKind, wanted: SessionAttributes): boolean {
  switch (wanted) {
    case 'read-write':
      return !inRecovery && !readOnly;
    case 'read-only':
      return inRecovery || readOnly;
    case 'primary':
      return !inRecovery;
    case 'standby':
      return inRecovery;
    case 'any':
    case 'prefer-standby':
      return true;
  }
}
