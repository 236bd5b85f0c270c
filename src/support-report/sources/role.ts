import type { Session } from '../../database/session.js';
import { describeLacks } from '../../inspection/grants.js';
import type { Inspection } from '../../inspection/inspection.js';
import { join, say, type Redacted } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

type RoleRow = Record<'name' | 'session', string> &
  Record<'super' | 'createdb' | 'createrole' | 'replication' | 'bypassrls' | 'owns_database', boolean> &
  Record<'member_of' | 'settings', string[]> & { limit: number };

/**
 * The role that this program connects as, and what it may do, in words.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function roleFacts(session: Session, inspection: Inspection | undefined, redactor: Redactor) {
  const [row] = await session.rows<RoleRow>(`
    SELECT r.rolname AS name, session_user AS session, rolsuper AS super, rolcreatedb AS createdb, rolcreaterole AS createrole, rolreplication AS replication,
           rolbypassrls AS bypassrls, rolconnlimit AS limit,
           COALESCE((SELECT json_agg(g.rolname ORDER BY g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), '[]') AS member_of,
           (SELECT datdba = r.oid FROM pg_database WHERE datname = current_database()) AS owns_database,
           COALESCE((SELECT json_agg(DISTINCT split_part(one, '=', 1)) FROM pg_db_role_setting s, unnest(s.setconfig) AS one
                      WHERE s.setrole IN (0, r.oid) AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))), '[]') AS settings
      FROM pg_roles r WHERE r.rolname = current_user`);
  if (row === undefined) throw new Error('the role is not among the roles of the server');
  return {
    name: redactor.user(row.name),
    /** What it is and may do, one sentence each. */
    rights: rights(row, inspection, redactor),
    /** What an upgrade needs and it may not do. */
    lacks: describeLacks(inspection?.lackingRights ?? []).map((lack) => redactor.text(lack)),
  };
}

function rights(row: RoleRow, inspection: Inspection | undefined, redactor: Redactor): Redacted[] {
  const yes = (holds: boolean, sentence: Redacted) => (holds ? [sentence] : []);
  const snapshot = inspection?.snapshot;
  const owner = snapshot?.owner ?? null;
  return [
    ...yes(row.super, say`it is a superuser`),
    ...yes(row.session !== row.name, say`it logged in as ${redactor.user(row.session)}`),
    ...yes(row.owns_database, say`it owns the database`),
    ...(owner === null || snapshot === undefined
      ? []
      : [
          owner === row.name
            ? say`it owns YokeFlow's tables`
            : snapshot.mayActAsOwner
              ? say`it may act as ${redactor.user(owner)}, who owns YokeFlow's tables`
              : say`it may not act as ${redactor.user(owner)}, who owns YokeFlow's tables`,
          snapshot.mayKeepHistory
            ? say`runs can be recorded`
            : say`runs cannot be recorded: the owner may not write to or create the schema yokeflow_upgrade`,
        ]),
    row.createdb || row.super
      ? say`it may create databases, which rehearse and restore need`
      : say`it may not create databases, which rehearse and restore need`,
    ...yes(row.createrole && !row.super, say`it may create roles`),
    ...yes(row.replication && !row.super, say`it may replicate`),
    ...yes(row.bypassrls && !row.super, say`it is above row-level security`),
    ...yes(row.limit >= 0, say`it may have ${row.limit} connections at most`),
    ...yes(row.member_of.length > 0, say`it is a member of ${join(row.member_of.map((name) => redactor.user(name)))}`),
    ...yes(
      row.settings.length > 0,
      say`settings of its own or of the database: ${join(row.settings.map((name) => redactor.text(name)))}`,
    ),
  ];
}

/**
 * Every role of the server, so that a person's login is masked wherever it stands.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function learnRoles(session: Session, redactor: Redactor): Promise<void> {
  for (const { name } of await session.rows<{ name: string }>('SELECT rolname AS name FROM pg_roles'))
    redactor.knowUser(name);
}
