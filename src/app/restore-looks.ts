import { dumpRole } from '../backup/plan.js';
import { connectorBeside, connectorTo } from '../database/connect.js';
import type { Session } from '../database/session.js';
import type { DirectTarget, DockerTarget } from '../database/target.js';
import { withSession } from '../database/with-session.js';
import { identityIfKnown, type Identity } from '../detect/identity.js';
import { inspect } from '../inspection/inspect.js';
import type { Inspection } from '../inspection/inspection.js';
import { conditionsBeside } from '../inspection/preflight-checks/conditions.js';
import { SESSIONS_OF_A_CHANGE } from '../inspection/preflight-checks/connections.js';
import { refusal } from '../inspection/preflight.js';
import { mayNot } from '../restore/failure.js';
import type { RestoreJob } from '../restore/restore.js';
import { connectedSessions, stillConnected } from '../scratch/connected.js';
import { readProperties, type DatabaseProperties } from '../scratch/properties.js';
import { lookWithRetry, type Waiting } from './waiting.js';

/** What is beside the database that a restore replaces. */
export type Server = Pick<RestoreJob, 'beside' | 'present'> & {
  readonly serverVersion: number;
  readonly identity: Identity | undefined;
};

/**
 * What is beside the database, and whether a restore may begin.
 * @throws {UpgradeError} YF320, YF321, YF343, YF345
 */
export async function lookAtServer(
  target: DockerTarget | DirectTarget,
  { whileRunning }: { readonly whileRunning?: boolean | undefined },
): Promise<Server> {
  const beside = await connectorBeside(target);
  return withSession(beside, async (admin) => {
    const present = await readProperties(admin, target.database);
    const serverVersion = await mayRestore(admin, present);
    const found = await connectedSessions(admin, target.database);
    const inTheWay = await conditionsBeside(admin, SESSIONS_OF_A_CHANGE);
    if (inTheWay) throw inTheWay;
    if (found.length > 0 && !whileRunning) throw stillConnected(target.database, found);
    return { beside, present, serverVersion, identity: await identityIfKnown(admin) };
  });
}

/** @returns server_version_num */
async function mayRestore(admin: Session, present: DatabaseProperties | undefined): Promise<number> {
  const [facts] = await admin.rows<{ version: number; role: string; may_create: boolean }>(
    `SELECT current_setting('server_version_num')::integer AS version, current_user AS role,
            (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create`,
  );
  if (!facts?.may_create) throw mayNot(`the role ${facts?.role} lacks CREATEDB`);
  if (present && !present.mayOwn)
    throw mayNot(`the role ${facts.role} does not own the database: ${present.owner} does`);
  return facts.version;
}

/**
 * Looks at the database that is to be replaced. A broken, half-upgraded or empty one is what a restore is for;
 * somebody else's is not.
 * @throws {UpgradeError} YF302; YF402 where somebody keeps it locked for longer than `--wait`
 */
export function lookAtPresent(
  target: DockerTarget | DirectTarget,
  run: Waiting & { readonly options: { readonly schema?: string | undefined } },
): Promise<Inspection> {
  return withSession(connectorTo(target, target.database), async (session) => {
    const { schema } = run.options;
    const inspection = await lookWithRetry(session, run, () =>
      inspect(session, undefined, { schema, dumpRole: dumpRole(target) }),
    );
    const refused = inspection.version.state === 'foreign' ? refusal(inspection) : undefined;
    if (refused) throw refused;
    return inspection;
  });
}
