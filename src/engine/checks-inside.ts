import type { Session } from '../database/session.js';
import { stepsTo } from '../releases/registry.js';
import type { Probe } from '../releases/release.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { requireAll } from './locked-transaction.js';
import { readLabels } from './labels.js';
import { runProbes, type ProbeResult } from './probes.js';
import type { Listener } from './progress.js';
import type { Check } from '../inspection/check.js';
import { catalogChecks, probeChecks } from './verify.js';
import { inferVersion } from '../planning/version.js';
import type { Job, Labels } from './job.js';

/** Everything must pass inside the transaction, or nothing is committed: the labels neither, before all that does without them has. */
export async function runChecks(
  session: Session,
  snapshot: Snapshot,
  { inspection, strict }: Job,
  { labels, hasShapes }: { labels: Labels; hasShapes: boolean },
  on: Listener,
): Promise<void> {
  const { target } = inspection.version;
  const dryRun = labels === 'left out';
  const checksOf = (seen: Snapshot, results: readonly ProbeResult[]) => [
    ...catalogChecks(inferVersion(seen, target)),
    ...probeChecks(results, { strict }),
  ];
  const isOfLabel = ({ id }: Check) => id.startsWith('label.');
  const require = (results: readonly ProbeResult[]) => {
    const checks = checksOf(snapshot, results);
    requireAll(labels === 'there' ? checks : checks.filter((check) => !isOfLabel(check)));
  };
  on({ phase: 'checks', dryRun });
  // Those that need the labels come after them where they are committed in between.
  const onProbe = ({ title, needsLabels }: Probe) =>
    on({ phase: 'probe', title, dryRun, afterLabels: needsLabels && typeof labels === 'function' });
  if (typeof labels !== 'function') {
    require(await runProbes(session, snapshot, stepsTo(target), { withNewLabels: !dryRun, hasShapes, onProbe }));
    if (!dryRun && inspection.plan.labels.length > 0) on({ phase: 'labels' });
    return;
  }
  const results = await runProbes(session, snapshot, stepsTo(target), {
    hasShapes,
    onProbe,
    beforeNewLabels: async (without) => {
      require(without);
      on({ phase: 'labels' });
      await labels();
    },
  });
  const objects = new Map(snapshot.objects);
  for (const key of await readLabels(session, snapshot.schema)) objects.set(key, '');
  requireAll(checksOf({ ...snapshot, objects }, results));
}
