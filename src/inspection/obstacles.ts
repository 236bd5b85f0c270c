import { key } from '../catalog/keys.js';
import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import type { UpgradeError } from '../errors/error.js';
import { own } from '../errors/remedy.js';
import { inertSql } from '../inert/sql.js';
import { visible } from '../inert/visible.js';
import { describeLacks, grants } from './grants.js';
import type { Inspection } from './inspection.js';
import { conditionObstacles } from './preflight-checks/conditions.js';
import { dumpObstacles } from './preflight-checks/dump-rights.js';
import { uuidObstacles } from './preflight-checks/uuids.js';
import { describeHolder } from './lock-holders.js';
import { firstObstacle, refusals } from './refusals.js';
import { actingRole } from './rights.js';
import { SET_ASIDE_TABLE } from './set-aside.js';
import { takenObstacles } from './taken-names.js';
import { untrustedObstacles } from './untrusted.js';

/** A look at a database without the findings that are drawn from it. */
type Seen = Omit<Inspection, 'findings'>;

/** What stands in the way of upgrading this database now: everything at once, so that it can be put right at once. Pure. */
export function obstacles(seen: Seen): UpgradeError[] {
  const {
    affected: { inTheWay },
    plan,
    version,
  } = seen;
  if (plan.steps.length === 0) return [];
  return [
    ...obstaclesToAnyChange(seen, takenObstacles(version.taken, 'upgrade')),
    ...refusals(
      inTheWay.length > 0 && {
        code: 'YF306',
        message: `${inTheWay.length === 1 ? 'Something of yours cannot be kept as it is' : `${inTheWay.length} things of yours cannot be kept as they are`} through this upgrade: ${inTheWay.map(({ object }) => object).join(', ')}.`,
        found: inTheWay.map(({ object, because }) => `${object}: ${because}`),
        remedy: [
          'Save its definition, take it away yourself, make it again after the upgrade without what goes away. Then run: ',
          own('upgrade'),
        ],
      },
      needsSetAside(seen) &&
        seen.setAside?.notOurs !== undefined && {
          code: 'YF818',
          message: `Deep reviews may have to be set aside in ${SET_ASIDE_TABLE}, and what bears that name is not this program's.`,
          found: [seen.setAside.notOurs],
          remedy: ['Give it another name, or move it to another schema; then run: ', own('upgrade')],
        },
    ),
  ];
}

/** Whether a step is due that takes deep reviews out of the quality checks. */
function needsSetAside({ plan, snapshot }: Seen): boolean {
  return (
    plan.steps.some(({ step }) => step.id === 'cleanup_session_quality_checks') &&
    reviewColumns.some((column) => snapshot.objects.has(key.column('session_quality_checks', column)))
  );
}

const reviewColumns = ['check_type', 'review_text', 'review_summary', 'prompt_improvements'];

/**
 * What of the server, the role and other sessions stands in the way of a change, be it an upgrade or a rollback. Pure.
 * @param taken the refusal of names that something else bears; what would run another role's code is told before it
 */
export function obstaclesToAnyChange(
  {
    snapshot,
    lackingRights,
    lockHolders,
    conditions,
    route,
  }: Pick<Seen, 'snapshot' | 'lackingRights' | 'lockHolders' | 'conditions' | 'route'>,
  taken: readonly UpgradeError[] = [],
): UpgradeError[] {
  return [
    ...untrustedObstacles(snapshot),
    ...taken,
    ...uuidObstacles(snapshot),
    ...obstaclesOfServer({ snapshot, lackingRights, lockHolders }),
    ...(conditions ? conditionObstacles(conditions, route) : []),
  ];
}

/** What stands in the way of the backup that comes before a change, where one is due. Pure. */
export function backupObstacles({
  plan,
  snapshot,
  conditions,
}: Pick<Seen, 'plan' | 'snapshot' | 'conditions'>): UpgradeError[] {
  return plan.steps.length > 0 && conditions ? dumpObstacles(conditions.dump, snapshot) : [];
}

function obstaclesOfServer({
  snapshot,
  lackingRights,
  lockHolders,
}: Pick<Seen, 'snapshot' | 'lackingRights' | 'lockHolders'>): UpgradeError[] {
  const { server, owner } = snapshot;
  const [role, ownerName] = [visible(server.role), visible(owner ?? '')];
  const prepared = lockHolders.flatMap((holder) =>
    holder.prepared === null ? [] : [{ ...holder, prepared: holder.prepared }],
  );
  return refusals(
    !server.makesUuids && {
      code: 'YF309',
      message: `PostgreSQL ${server.version} has no gen_random_uuid(), which the tables of the upgrade use: 13 or later has it, 12 with the extension pgcrypto.`,
      remedy:
        'Let a superuser run: CREATE EXTENSION pgcrypto; or, better, move to a newer PostgreSQL (dump, new server, restore).',
    },
    (server.inRecovery || server.readOnly) && {
      code: 'YF308',
      message: server.inRecovery
        ? 'This server is a standby: it answers queries and takes no changes.'
        : 'This server is set to read-only.',
      found: [`pg_is_in_recovery: ${server.inRecovery}`, `transaction_read_only: ${server.readOnly}`],
      remedy: server.inRecovery
        ? 'Connect to the primary server with --database-url URL. Where the connection names several hosts, add target_session_attrs=read-write to it.'
        : 'Take default_transaction_read_only off for this role and database, then run this again.',
    },
    !snapshot.mayActAsOwner && {
      code: 'YF307',
      message: `The role ${role} may not change YokeFlow's tables: they belong to ${ownerName}.`,
      found: describeLacks(lackingRights),
      remedy: `Connect as ${ownerName} with --database-url URL, or let a superuser run: ${inertSql(`GRANT ${quoteIdentifier(owner ?? '')} TO ${quoteIdentifier(server.role)}`)}`,
    },
    snapshot.mayActAsOwner &&
      lackingRights.length > 0 && {
        code: 'YF307',
        message: `The role ${visible(actingRole(snapshot))} may not do all that has to be done.`,
        found: describeLacks(lackingRights),
        remedy: `Let a superuser run: ${grants(lackingRights, snapshot).join('; ')}`,
      },
    prepared.length > 0 && {
      code: 'YF313',
      message: `${prepared.length === 1 ? 'A prepared transaction holds' : 'Prepared transactions hold'} locks that are needed, and waiting does not end ${prepared.length === 1 ? 'it' : 'them'}.`,
      found: prepared.map((holder) => `${describeHolder(holder)}: ${holder.tables.join(', ')}`),
      remedy: `Ask its owner, and end it in this database with one of: ${inertSql(prepared.map(({ prepared: name }) => `COMMIT PREPARED ${quoteLiteral(name)}; or ROLLBACK PREPARED ${quoteLiteral(name)};`).join(' '))}`,
    },
  );
}

/** The first obstacle to an upgrade, with the others named in it; undefined where nothing stands in its way. Pure. */
export function obstacle(seen: Seen): UpgradeError | undefined {
  return firstObstacle(obstacles(seen));
}
