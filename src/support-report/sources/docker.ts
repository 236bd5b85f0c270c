import { yokeflowContainers } from '../../detect/container.js';
import type { ContainerHost, InspectedContainer } from '../../database/container/host.js';
import { openHost } from '../../database/container/open.js';
import { resolveEngines } from '../../database/docker/resolve.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { Target } from '../../database/target.js';

/** An engine that answers, and the container on it that the report is about, be it running or not. */
export interface OpenDocker {
  readonly host: ContainerHost;
  readonly container?: InspectedContainer;
}

/**
 * Finds the container of a target; without one, the container that the user named or one of YokeFlow's names, which
 * may be stopped. Undefined where no engine answers.
 * @throws {UpgradeError} YF203, YF210 or YF211 where the engine of the target does not answer any more
 */
export async function findDocker(
  target: Target | undefined,
  named: string | undefined,
  from: Surroundings,
): Promise<OpenDocker | undefined> {
  if (target?.kind === 'docker') return lookFor([target.containerId], await openHost(target.engine));
  const found = await Promise.all(
    resolveEngines(from).addresses.map(async (engine) => {
      const host = await openHost(engine).catch(() => undefined);
      return (
        host && {
          looked: await lookFor(named === undefined ? yokeflowContainers : [named], host).catch((error: unknown) => ({
            error,
          })),
        }
      );
    }),
  );
  const answered = found.flatMap((one) => (one ? [one.looked] : []));
  const first = answered.find((one) => 'container' in one) ?? answered[0];
  if (first && 'error' in first) throw first.error;
  return first;
}

async function lookFor(names: readonly string[], host: ContainerHost): Promise<OpenDocker> {
  for (const name of names) {
    const container = await host.inspect(name);
    if (container) return { host, container };
  }
  return { host };
}
