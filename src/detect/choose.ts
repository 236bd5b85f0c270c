import { ExitCode, UpgradeError } from '../errors/error.js';
import { commandLineSource } from './direct.js';
import type { Detection, DirectTarget, DockerTarget, Target } from './target.js';

export interface Choice {
  readonly target: Target;
  /** The targets that were passed over, best first. */
  readonly alternatives: readonly Target[];
}

/**
 * Chooses among the detected targets: the URL of the command line, else a container, else a direct address. The
 * chosen target's `reason` says why it was taken and what was passed over.
 * @throws {UpgradeError} YF201 (exit 4), listing every place that was looked in, when there is none
 */
export function choose(detection: Detection): Choice {
  const ranked = [...detection.targets].sort((a, b) => rank(a) - rank(b));
  const [target, ...alternatives] = ranked;
  if (target === undefined) throw nothingFound(detection);

  const because = target.kind === 'direct' && rank(target) > 0 ? `${target.reason}; no container of YokeFlow's could be used` : target.reason;
  const passed = alternatives.map(name).join(' and ');
  const reason = passed === '' ? because : `${because}; passed over: ${passed}`;
  return { target: { ...target, reason }, alternatives };
}

function rank(target: Target): number {
  if (target.kind === 'direct') return target.source === commandLineSource ? 0 : 2;
  return 1;
}

/** A target in a few words, with the option that would choose it. */
function name(target: Target): string {
  if (target.kind === 'docker') return containerName(target);
  if (target.kind === 'direct') return directName(target);
  return `the embedded database ${target.database}`;
}

function containerName({ container }: DockerTarget): string {
  return `container ${container} (--container ${container})`;
}

function directName({ source, database, host, port }: DirectTarget): string {
  return `${database} on ${host}:${port} from ${source} (--database-url URL)`;
}

function nothingFound(detection: Detection): UpgradeError {
  return new UpgradeError({
    code: 'YF201',
    exitCode: ExitCode.noDatabase,
    message: 'No YokeFlow database was found.',
    found: detection.attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
    remedy: 'Name the database: --container NAME for a running container, or --database-url URL for a direct connection.',
  });
}
