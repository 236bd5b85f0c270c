import semver from 'semver';
import { withSession } from '../../database/with-session.js';
import { loadSchema, type Loaded } from '../../engine/load-schema.js';
import { initScript } from '../../engine/printable-script.js';
import type { Listener } from '../../engine/progress.js';
import { ExitCode, UpgradeError } from '../../errors/error.js';
import { mountedSchemaFiles } from '../../detect/initialisation.js';
import { groundObstacles, readGround } from '../../inspection/fresh.js';
import type { Inspection } from '../../inspection/inspection.js';
import { LOCK_TIMEOUT_MS, withLockTimeout } from '../../inspection/lock-timeout.js';
import { firstObstacle } from '../../inspection/refusals.js';
import { pathIfThere } from '../../machine/current-folder.js';
import { realSurroundings } from '../../machine/surroundings.js';
import { newestRelease, releases } from '../../releases/registry.js';
import type { Release } from '../../releases/release.js';
import { checkFails, lookAfterwards, notLookedAt } from '../after-commit.js';
import { cancelled } from '../cancelled.js';
import { answered } from '../confirm-upgrade.js';
import { interruptible } from '../interruption.js';
import { wantedRelease } from '../find/locate.js';
import type { Located } from '../find/located.js';
import type { Ending } from '../outcome.js';
import { initPhases } from '../phases.js';
import type { Run } from '../run.js';
import { lockRetryOf } from '../waiting.js';
import { beginningOf } from './empty.js';
import { checkoutSource, fileUnusable, packageSource, type SchemaSource } from './source.js';

type UpgradeRun = Run<'upgrade' | 'demo'>;

/** The schemas to load, the wanted one first. */
type Sources = readonly [SchemaSource, ...SchemaSource[]];

/** Codes of a database that a schema can be loaded into; into one with tables of somebody else's only where it is asked for. */
const empties: ReadonlySet<string> = new Set(['YF301', 'YF361']);

/** Whether a refusal leaves it to `--init`, or to a person, to load YokeFlow's schema first. */
export function mayInit({ options, isAttended }: UpgradeRun, error: unknown): error is UpgradeError {
  if (!(error instanceof UpgradeError)) return false;
  if (options.init) return empties.has(error.code) || error.code === 'YF302';
  return isAttended && empties.has(error.code);
}

/**
 * Loads YokeFlow's schema into an empty database, takes it to the release that is wanted and proves that it works: one transaction.
 * @param refused why there is nothing to upgrade
 * @throws {UpgradeError} `refused` where nobody wants it; what {@link groundObstacles} and {@link loadSchema} say
 */
export async function initOn(run: UpgradeRun, found: Located, refused: UpgradeError): Promise<Ending<'upgrade'>> {
  const { options } = run;
  const { inspection } = run.known;
  if (inspection === undefined || found.target.kind === 'embedded') throw refused;
  const target = wantedRelease(options) ?? newestRelease;
  const own = ownRelease(target);
  await requireGround(run, found, inspection, refused);
  const begun = await run.unlessSlow('Looking at the container', () => beginningOf(found.target));
  const checkout = checkoutSource(pathIfThere(options.project), mountedSchemaFiles(begun?.mounts), realSurroundings());
  run.note(...checkout.unusable);
  const sources: Sources = checkout.source ? [checkout.source, packageSource(own)] : [packageSource(own)];
  await run.emit({
    kind: 'init-planned',
    target: found.target,
    inspection,
    refused,
    source: sources[0].name,
    to: target.version,
  });
  if (options.dryRun) {
    const loaded = await inTurn(run, sources, (source) =>
      load(run, found, inspection, source, target, { keep: false }),
    );
    return { result: 'planned', exitCode: ExitCode.done, sql: initScript(loaded, inspection, target, options) };
  }
  await agree(run, inspection, sources[0], target, refused);
  return carryOut(run, found, inspection, sources, target);
}

/** @throws {UpgradeError} YF104 */
function ownRelease(target: Release): Release {
  const own = releases.findLast(({ schema }) => schema !== undefined);
  if (own === undefined) throw new Error('no release has a schema of its own');
  if (!semver.lt(target.version, own.version)) return own;
  throw new UpgradeError({
    code: 'YF104',
    message: `--init does not lead to ${target.version}: the schema that it loads is that of ${own.version}.`,
    remedy: `Give ${own.version} or later to --to, or leave it out for the newest.`,
  });
}

/** @throws {UpgradeError} what stands in the way, before anything is asked */
async function requireGround(
  run: UpgradeRun,
  { connect }: Located,
  inspection: Inspection,
  refused: UpgradeError,
): Promise<void> {
  const ground = await withSession(connect, (session) =>
    withLockTimeout(session, LOCK_TIMEOUT_MS, () => readGround(session, inspection.snapshot)),
  );
  const inTheWay = firstObstacle(groundObstacles(ground, inspection));
  if (inTheWay === undefined) return;
  if (run.options.init) throw inTheWay;
  throw refused.with({
    found: [...refused.found, `its schema cannot be loaded here either: ${inTheWay.message}`, ...inTheWay.found],
    remedy: inTheWay.advice,
  });
}

/** @throws {UpgradeError} `refused` where nobody answers, YF701 where the user would rather leave */
async function agree(
  run: UpgradeRun,
  { snapshot }: Inspection,
  source: SchemaSource,
  target: Release,
  refused: UpgradeError,
): Promise<void> {
  if (run.options.init && !run.isAttended) return;
  const agreed = await run.decide({
    kind: 'init',
    database: snapshot.database,
    source: source.name,
    to: target.version,
  });
  if (agreed === undefined) throw refused;
  if (!agreed) throw cancelled();
  answered(run);
}

async function carryOut(
  run: UpgradeRun,
  found: Located,
  inspection: Inspection,
  sources: Sources,
  target: Release,
): Promise<Ending<'upgrade'>> {
  const { after } = await run.inPhases(initPhases(sources[0].name, target), (listener) =>
    interruptible(run, async (signal, follow) => {
      const on = follow(listener);
      const loaded = await inTurn(run, sources, (source) =>
        load(run, found, inspection, source, target, { keep: true, signal, on }),
      );
      run.learn({ before: loaded.inspection, loaded: { from: loaded.source.from, file: loaded.source.file } });
      on({ phase: 'verify' });
      const after = await lookAfterwards(run, found.connect, target, undefined, on).catch((error: unknown) => {
        throw notLookedAt('upgrade', error);
      });
      return { after };
    }),
  );
  run.learn(after);
  const failed = after.checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw checkFails('upgrade', failed);
  return { result: 'upgraded', exitCode: ExitCode.done };
}

type LoadedFrom = Loaded & { readonly source: SchemaSource };

/** Codes that say of a checkout's file that it does not do; each was rolled back. */
const notByThis: ReadonlySet<string> = new Set(['YF363', 'YF362', 'YF501', 'YF502']);

/** Takes this program's own schema where the checkout's does not do, and says why. */
async function inTurn(
  run: UpgradeRun,
  [first, ...others]: Sources,
  work: (source: SchemaSource) => Promise<LoadedFrom>,
): Promise<LoadedFrom> {
  const [next] = others;
  try {
    return await work(first);
  } catch (error) {
    if (next === undefined || !(error instanceof UpgradeError) || !notByThis.has(error.code) || error.changed !== false)
      throw error;
    run.note(fileUnusable(first.name, [error.message, ...error.found]));
    return work(next);
  }
}

async function load(
  run: UpgradeRun,
  { connect }: Located,
  inspection: Inspection,
  source: SchemaSource,
  target: Release,
  {
    keep,
    signal = new AbortController().signal,
    on = () => undefined,
  }: { keep: boolean; signal?: AbortSignal; on?: Listener },
): Promise<LoadedFrom> {
  const { schema, lockTimeout: lockTimeoutMs, strict } = run.options;
  const { statements, name: from } = source;
  const job = { inspection, statements, from, target, schema, lockTimeoutMs, strict, signal, keep };
  return { ...(await loadSchema(connect, job, lockRetryOf(run), on)), source };
}
