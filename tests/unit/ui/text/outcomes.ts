import type { CatalogObjects } from '../../../../src/catalog/snapshot.js';
import { nothingAffected } from '../../../../src/inspection/affected/affected.js';
import { engineRelease } from '../../../support/releases.js';
import { explain, listCodes } from '../../../../src/errors/explanations.js';
import { ExitCode, UpgradeError } from '../../../../src/errors/error.js';
import { failure } from '../../../../src/app/failure.js';
import type { Facts, Outcome, Result } from '../../../../src/app/outcome.js';
import { firstRelease, releaseBefore, stepsTo } from '../../../../src/releases/registry.js';
import { SeveralDatabases } from '../../../../src/detect/choose.js';
import type { DockerTarget, Target } from '../../../../src/database/target.js';
import type { Redacted } from '../../../../src/support-report/redaction/redacted.js';
import { findingsOf } from '../../../../src/inspection/findings.js';
import type { Inspection } from '../../../../src/inspection/inspection.js';
import { makePlan } from '../../../../src/planning/plan.js';
import type { RollbackPlan } from '../../../../src/engine/rollback/plan.js';
import type { UndoableStep } from '../../../../src/engine/rollback/way-back.js';
import { catalogChecks } from '../../../../src/engine/verify.js';
import { inferVersion } from '../../../../src/planning/version.js';
import { objectsOf, snapshotOf } from '../../planning/snapshots.js';

/** One of each kind of target. */
export const targets = {
  docker: {
    kind: 'docker',
    engine: { url: 'unix:///var/run/docker.sock', socketPath: '/var/run/docker.sock' },
    container: 'yokeflow_postgres',
    containerId: '0',
    database: 'yokeflow',
    user: 'agent',
    reason: 'its name',
    alternatives: [
      {
        kind: 'direct',
        container: null,
        host: 'localhost',
        port: 5432,
        database: 'yokeflow',
        user: 'agent',
        sameDatabase: true,
        unusable: null,
        holds: null,
        option: '--database-url postgresql://agent@localhost:5432/yokeflow',
      },
    ],
  } as unknown as Target,
  direct: {
    kind: 'direct',
    source: '--database-url',
    host: 'db.example.com',
    port: 25060,
    database: 'yokeflow',
    user: 'agent',
    password: 's3cret',
    ssl: 'prefer',
    reason: 'named by --database-url',
  },
  socket: {
    kind: 'direct',
    source: 'PG* variables',
    host: '/var/run/postgresql',
    port: 5432,
    database: 'yokeflow',
    user: 'agent',
    ssl: 'disable',
    reason: 'named by PG* variables',
  },
  embedded: { kind: 'embedded', database: 'yokeflow', user: 'agent', reason: 'made for the demo' },
} satisfies Record<string, Target>;

const upTo130 = stepsTo(engineRelease)
  .filter(({ release }) => release !== engineRelease.version)
  .map(({ id }) => id);
const all = stepsTo(engineRelease).map(({ id }) => id);

/** A look at a database with these steps. */
export function lookedAt(...steps: readonly string[]): Inspection {
  return lookedAtObjects(objectsOf(...steps));
}

/** A look at a database with these objects, through the very functions that a run looks with. */
export function lookedAtObjects(objects: CatalogObjects): Inspection {
  const snapshot = {
    ...snapshotOf(objects),
    server: { version: '16.4' },
    schema: 'public',
    database: 'yokeflow',
    owner: 'agent',
  } as Inspection['snapshot'];
  const version = inferVersion(snapshot, engineRelease);
  const identity = {
    systemIdentifier: '7312345678901234567',
    startedAt: '2026-11-23T04:39:29.123456Z',
    databaseOid: 16384,
    database: 'yokeflow',
  };
  const seen = {
    snapshot,
    identity,
    version,
    plan: makePlan(version, snapshot),
    affected: nothingAffected,
    route: { pooled: true, server: '10.0.0.5:5432' },
    lackingRights: [],
    lockHolders: [],
  };
  return { ...seen, setAside: { rows: 2, notOurs: undefined }, findings: findingsOf(seen) };
}

const at130 = lookedAt(...upTo130);
const at140 = lookedAt(...all);
const foreign = {
  ...at130,
  version: inferVersion({ ...at130.snapshot, objects: new Map() }, engineRelease),
  plan: { steps: [], labels: [], renames: [] },
  findings: [],
};
const checks = catalogChecks(at140.version);
const failingChecks = catalogChecks(at130.version);
const target = targets.docker;
const several = [
  {
    candidate: { target: targets.docker as DockerTarget, otherWays: [], database: 'yokeflow' },
    holds: '1.3.0, 3 projects',
  },
  { candidate: { otherWays: [], source: 'DATABASE_URL', unusable: { failed: 'it cannot be read' } }, holds: null },
];
const done = { exitCode: ExitCode.done };
const backup = { file: '/srv/yokeflow-backups/yokeflow-1.3.0.dump', bytes: 4711 };

const undone = [...engineRelease.steps].reverse() as UndoableStep[];
const rollback = {
  inspection: at140,
  from: engineRelease,
  to: releaseBefore(engineRelease) ?? firstRelease,
  steps: undone,
  tables: [
    { table: 'paused_sessions', rows: 2 },
    { table: 'session_checkpoints', rows: 0 },
  ],
  losses: [],
  relabels: [{ table: 'sessions', column: 'status', from: ['paused'], to: 'interrupted', rows: 1 }],
} as unknown as RollbackPlan;

const error = (exitCode: ExitCode, changed: boolean | 'unknown' = false) =>
  new UpgradeError({
    code: 'YF501',
    exitCode,
    message: 'It did not work.',
    found: ['this'],
    remedy: 'Run: that',
    changed,
    leftBehind: ["enum label session_status 'paused'"],
  });

const history: NonNullable<Facts['contents']>['history'] = [
  {
    operation: 'upgrade',
    from: '1.3.0',
    to: '1.4.0',
    toolVersion: '0.1.0',
    steps: [{ id: all[0] ?? '', sha256: 'ab' }],
    startedAt: '2026-11-23T04:39:29.123Z',
    endedAt: '2026-11-23T04:39:29.500Z',
    role: 'agent',
    host: 'laptop',
    backupFile: '/x.dump',
    server: '7312345678901234567',
    databaseOid: 16384,
  },
  {
    operation: 'of another version',
    from: null,
    to: '1.4.0',
    toolVersion: null,
    steps: [{ id: 'a step', sha256: null }],
    startedAt: null,
    endedAt: null,
    role: null,
    host: null,
    backupFile: null,
    server: '1',
    databaseOid: 5,
  },
];

const contents: Facts['contents'] = {
  history,
  tables: [
    { table: 'projects', rows: 3, exact: true, bytes: 8192 },
    { table: 'sessions', rows: 1e6, exact: false, bytes: 1e9 },
    { table: 'tasks', rows: null, exact: false, bytes: 0 },
  ],
  lastBackup: { file: '/x.dump', at: '2026-11-23T04:39:29.123Z', bytes: null, certain: true },
};

const made: Omit<NonNullable<Facts['report']>, 'file' | 'content'> = {
  format: 'md',
  bytes: 10,
  verdict: { state: 'due', text: 'An upgrade is due.' as Redacted, next: 'Run: that' as Redacted },
  masked: { password: 1, token: 0, webhook: 0, 'e-mail': 2, host: 0, user: 0, id: 0 },
  hostsShown: false,
};

/** Every result, each at its fullest. A new one does not compile until it has an outcome here. */
export const outcomes: Record<Result, readonly Outcome[]> = {
  upgraded: [
    { command: 'upgrade', result: 'upgraded', ...done, target, inspection: at140, before: at130, checks, backup },
  ],
  repaired: [
    {
      command: 'upgrade',
      result: 'repaired',
      ...done,
      target: targets.direct,
      inspection: at140,
      before: at130,
      checks,
      backup,
    },
  ],
  'already-current': [
    { command: 'upgrade', result: 'already-current', ...done, target, inspection: at140, checks },
    { command: 'status', result: 'already-current', ...done, target: targets.socket, inspection: at140, contents },
    { command: 'plan', result: 'already-current', ...done, target, inspection: at140, sql: '-- Nothing is due.' },
    { command: 'rollback', result: 'already-current', ...done, target, inspection: at130 },
  ],
  planned: [
    { command: 'plan', result: 'planned', exitCode: ExitCode.due, target, inspection: at130 },
    { command: 'upgrade', result: 'planned', ...done, target, inspection: at130, sql: 'BEGIN; COMMIT;' },
    {
      command: 'demo',
      result: 'planned',
      ...done,
      target: targets.embedded,
      inspection: at130,
      contents,
      sql: 'BEGIN; COMMIT;',
    },
    { command: 'rollback', result: 'planned', ...done, target, inspection: at140, rollback, sql: 'BEGIN; COMMIT;' },
  ],
  due: [
    {
      command: 'status',
      result: 'due',
      exitCode: ExitCode.due,
      target,
      inspection: at130,
      contents: { ...contents, history: [], lastBackup: null },
    },
    {
      command: 'verify',
      result: 'due',
      exitCode: ExitCode.due,
      target,
      inspection: at130,
      checks: failingChecks,
      findings: at130.findings,
    },
  ],
  verified: [{ command: 'verify', result: 'verified', ...done, target, inspection: at140, checks, findings: [] }],
  rehearsed: [
    {
      command: 'rehearse',
      result: 'rehearsed',
      ...done,
      target,
      inspection: at130,
      checks,
      rehearsal: {
        how: 'dump and restore',
        why: 'a session is connected to the database',
        copyMs: 12,
        upgradeMs: 345,
        checks,
      },
    },
  ],
  'backed-up': [{ command: 'backup', result: 'backed-up', ...done, target, inspection: at130, backup }],
  restored: [
    {
      command: 'restore',
      result: 'restored',
      ...done,
      target,
      inspection: at130,
      restored: {
        file: '/x.dump',
        release: '1.3.0',
        keptAs: 'yokeflow_kept',
        unfinished: [{ statement: 'REFRESH MATERIALIZED VIEW public.m;', reason: 'division by zero' }],
      },
      removed: [{ kind: 'database', name: 'yokeflow_restore_x', reason: 'left' }],
      noted: [{ code: 'YF818', title: 'x looks like ours', remedy: 'Look at it.' }],
    },
    {
      command: 'restore',
      result: 'restored',
      ...done,
      target: targets.direct,
      inspection: at130,
      restored: { file: '/x.dump', release: '1.3.0', keptAs: undefined, unfinished: [] },
    },
  ],
  'rolled-back': [
    {
      command: 'rollback',
      result: 'rolled-back',
      ...done,
      target,
      inspection: at130,
      checks,
      findings: [],
      rollback,
      backup,
    },
  ],
  found: [
    {
      command: 'doctor',
      result: 'found',
      ...done,
      target: targets.docker,
      inspection: at130,
      doctor: {
        tried: [{ part: 'named', what: 'DATABASE_URL', ok: false, reason: 'not set' }],
        verdict: 'YokeFlow 1.3.0 was found',
      },
    },
  ],
  reported: [
    { command: 'report', result: 'reported', ...done, report: { ...made, file: null, content: '# A report' } },
    { command: 'report', result: 'reported', ...done, report: { ...made, format: 'json', file: null, content: '{}' } },
    {
      command: 'report',
      result: 'reported',
      ...done,
      report: { ...made, format: 'html', file: '/x/report.html', content: null },
    },
  ],
  explained: [
    {
      command: 'explain',
      result: 'explained',
      ...done,
      explanation: { ...explain('YF402'), title: `YF402  ${explain('YF402').title}` },
    },
  ],
  listed: [{ command: 'explain', result: 'listed', ...done, codes: listCodes() }],
  printed: [{ command: 'completion', result: 'printed', ...done, completion: 'complete -c yokeflow-upgrade' }],
  refused: [
    failure('upgrade', error(ExitCode.refused), { target, inspection: foreign }),
    failure('status', new SeveralDatabases(several)),
    { ...failure('rollback', error(ExitCode.refused), { target, inspection: at140 }), rollback },
  ],
  busy: [failure('status', error(ExitCode.busy), { target })],
  failed: [
    { ...failure('upgrade', error(ExitCode.failed), { target, inspection: at130 }), backup },
    failure('upgrade', error(ExitCode.changedAndFailing, true), {
      target,
      inspection: at140,
      before: at130,
      checks: failingChecks,
    }),
    failure('plan', new TypeError('not foreseen')),
  ],
  unknown: [failure('upgrade', error(ExitCode.unknownOutcome, 'unknown'), { target, inspection: at130 })],
  cancelled: [
    failure('demo', error(ExitCode.cancelled), { target: targets.embedded, inspection: at130 }),
    failure('upgrade', error(ExitCode.cancelled, 'unknown'), { target, inspection: at130, before: at130 }),
  ],
  'not-found': [failure('verify', error(ExitCode.noDatabase))],
  'wrong-usage': [failure('upgrade', error(ExitCode.usage))],
};
