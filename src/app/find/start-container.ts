import { engineLine } from '../../database/engine-line.js';
import { openHost } from '../../database/container/open.js';
import type { ContainerHost, InspectedContainer } from '../../database/container/host.js';
import { engineError } from '../../database/docker/error.js';
import type { Candidate } from '../../detect/candidates.js';
import { unusableContainer } from '../../detect/container.js';
import { lastLogLines } from '../../detect/log-lines.js';
import type { Place } from '../../database/place.js';
import { UpgradeError } from '../../errors/error.js';
import { own } from '../../errors/remedy.js';
import { waitAgain } from './ready.js';
import type { Run } from '../run.js';

/** How many lines of a log are read for the last few that are shown. */
const LOG_LINES = 30;

/**
 * Starts the one container that only has to be started, where `--start` says so or a person does, and waits until it is healthy.
 * @returns where it is; undefined where none was started
 * @throws {UpgradeError} YF251 where its server does not start, YF252 where it was not healthy within `--wait`
 */
export async function startStopped(run: Run, candidates: readonly Candidate[]): Promise<Place | undefined> {
  const [only, ...others] = candidates.filter(({ place, unusable }) => place && unusable?.canStart);
  if (only?.place === undefined || others.length > 0) return undefined;
  const { place, unusable } = only;
  if (run.options.start !== true) {
    // Whoever fails at each start needs its log, and not another start.
    if (unusable?.isFailing || !run.isAttended) return undefined;
    const failed = unusable?.failed ?? 'it is stopped';
    if ((await run.decide({ kind: 'start', container: place.container, failed })) !== true) return undefined;
  }
  const host = await openHost(place.engine);
  try {
    await run.unlessSlow(`Starting the container ${place.container}`, () => host.start(place.containerId));
  } catch (error) {
    throw notStarted(place, engineError(error, place.engine).found);
  }
  await untilHealthy(run, host, place);
  return place;
}

async function untilHealthy(run: Run, host: ContainerHost, place: Place): Promise<void> {
  for (;;) {
    const inspected = await host.inspect(place.containerId);
    if (inspected === undefined) throw notStarted(place, ['it is gone']);
    const { State } = inspected;
    if (!State.Running || State.Restarting) throw await failing(host, place, State);
    // Without a health check, or with one that fails, the connection tells.
    if (State.Health?.Status !== 'starting') return;
    await waitAgain(
      run,
      new UpgradeError({
        code: 'YF252',
        message: `The container ${place.container} was started, and its health check has not passed yet.`,
        remedy: [`Wait until it has (docker ps shows it), then run: `, own('status')],
      }),
    );
  }
}

async function failing(host: ContainerHost, place: Place, { ExitCode }: InspectedContainer['State']) {
  const log = lastLogLines(await host.logs(place.containerId, LOG_LINES).catch(() => ''));
  return unusableContainer({
    place,
    failed: `it was started, and has exited again (exit code ${ExitCode})`,
    remedy: '',
    isFailing: true,
    log,
  });
}

function notStarted(place: Place, found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF251',
    message: `The container ${place.container} on ${place.engine.url} could not be started.`,
    found,
    remedy: `See what the engine says: ${engineLine(place.engine, 'start', place.container)}`,
  });
}
