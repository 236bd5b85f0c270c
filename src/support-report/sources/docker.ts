import { yokeflowContainers } from '../../detect/container.js';
import { openEngine, type ContainerInspectInfo, type Dockerode } from '../../database/docker/client.js';
import { resolveEngines } from '../../database/docker/resolve.js';
import type { Surroundings } from '../../machine/surroundings.js';
import type { Target } from '../../database/target.js';
import type { EngineAddress } from '../../database/engine-address.js';

/** An engine that answers, and the container on it that the report is about, be it running or not. */
export interface OpenDocker {
  readonly docker: Dockerode;
  readonly engine: EngineAddress;
  readonly container?: ContainerInspectInfo;
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
  if (target?.kind === 'docker') return lookFor([target.containerId], await openEngine(target.engine), target.engine);
  const found = await Promise.all(
    resolveEngines(from).addresses.map(async (engine) => {
      const docker = await openEngine(engine).catch(() => undefined);
      return (
        docker && {
          looked: await lookFor(named === undefined ? yokeflowContainers : [named], docker, engine).catch(
            (error: unknown) => ({ error }),
          ),
        }
      );
    }),
  );
  const answered = found.flatMap((one) => (one ? [one.looked] : []));
  const first = answered.find((one) => 'container' in one) ?? answered[0];
  if (first && 'error' in first) throw first.error;
  return first;
}

async function lookFor(names: readonly string[], docker: Dockerode, engine: EngineAddress): Promise<OpenDocker> {
  for (const name of names) {
    try {
      return { docker, engine, container: await docker.getContainer(name).inspect() };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
  }
  return { docker, engine };
}
