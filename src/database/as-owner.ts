import type { Session } from './session.js';

/**
 * Who owns YokeFlow's tables, where the session is a superuser's: triggers and rules of a role with fewer rights would run
 * with a superuser's, and nothing keeps them from it but to connect as that role.
 */
const OWNERS = `
  SELECT r.rolname AS owner, NOT r.rolsuper AND r.rolcanlogin AS lower
    FROM (SELECT c.relowner AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND c.relname IN ('projects', 'sessions', 'epics', 'tasks') AND n.nspname !~ '^pg_'
             AND (SELECT count(*) FROM pg_class o WHERE o.relnamespace = n.oid AND o.relkind IN ('r', 'p') AND o.relname IN ('projects', 'sessions', 'epics', 'tasks')) = 4
           GROUP BY c.relowner) o JOIN pg_roles r ON r.oid = o.oid
   WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)`;

/**
 * Opens a session, as the owner of YokeFlow's tables where that is a role with fewer rights which the container lets in.
 * Whose tables they are is asked once; where several roles own some, or the owner is not let in, the session stays what it is.
 * @param user the container's own role, which is tried first
 */
export function preferringOwner<T extends unknown[]>(
  user: string,
  open: (user: string, ...rest: T) => Promise<Session>,
): (...rest: T) => Promise<Session> {
  let preferred: string | undefined;
  return async (...rest) => {
    if (preferred !== undefined) return open(preferred, ...rest);
    const session = await open(user, ...rest);
    const owner = await lowerOwner(session).catch(() => undefined);
    const asOwner = owner === undefined ? undefined : await open(owner, ...rest).catch(() => undefined);
    preferred = asOwner === undefined ? user : owner;
    if (asOwner === undefined) return session;
    await session.close();
    return asOwner;
  };
}

async function lowerOwner(session: Session): Promise<string | undefined> {
  const owners = await session.rows<{ owner: string; lower: boolean }>(OWNERS);
  const [only, ...others] = owners;
  return others.length === 0 && only?.lower === true ? only.owner : undefined;
}
