import { rememberPassword } from '../redaction/redact.js';
import { placeOf, type InspectedPlace, type Place } from '../database/place.js';
import type { DockerTarget, UnusableContainer } from '../database/target.js';
import type { EngineAddress } from '../database/engine-address.js';

export interface InspectedContainer extends InspectedPlace {
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused?: boolean;
    readonly Restarting?: boolean;
    readonly ExitCode?: number;
  };
}

/** A container that holds a database to connect to, or why it does not do and what to type. */
export type ContainerFinding =
  | { readonly usable: true; readonly target: DockerTarget; readonly place: Place }
  | ({ readonly usable: false } & UnusableContainer);

/**
 * Maps an inspected container to a target. User and database follow the official image's rules
 * (https://hub.docker.com/_/postgres): POSTGRES_USER, else `postgres`; POSTGRES_DB, else the user's name.
 * The password in the same list is not copied, and hidden from now on: inside the container, local connections are trusted.
 * @param reason why this container is looked at, for the target
 */
export function fromInspect(inspected: InspectedContainer, engine: EngineAddress, reason: string): ContainerFinding {
  const place = placeOf(inspected, engine);
  const { container } = place;
  const env = inspected.Config.Env ?? [];
  rememberPassword(setting(env, 'POSTGRES_PASSWORD'));
  const inFile = ['POSTGRES_USER', 'POSTGRES_DB'].find((name) => !setting(env, name) && setting(env, `${name}_FILE`));
  const user = setting(env, 'POSTGRES_USER') ?? 'postgres';
  const database = setting(env, 'POSTGRES_DB') ?? user;
  const stopped = notRunning(container, inspected.State);
  if (stopped !== undefined) return { usable: false, place, ...stopped, ...(inFile === undefined && { database }) };
  if (inFile !== undefined) {
    return {
      usable: false,
      place,
      state: 'unknown',
      failed: `it takes ${inFile} from a file inside the container`,
      remedy: 'Name user and database yourself with --database-url URL.',
    };
  }
  return {
    usable: true,
    place,
    target: { kind: 'docker', engine, container, containerId: inspected.Id, database, user, reason },
  };
}

/** A variable's value; like the image's shell code, an empty one counts as absent. */
function setting(env: readonly string[], name: string): string | undefined {
  const entry = env.find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) || undefined;
}

function notRunning(
  container: string,
  state: InspectedContainer['State'],
): Pick<UnusableContainer, 'failed' | 'remedy' | 'state'> | undefined {
  // Docker reports paused and restarting containers as running too, so these two come first.
  if (state.Paused === true || state.Status === 'paused') {
    return { state: 'paused', failed: 'it is paused', remedy: `Run \`docker unpause ${container}\`.` };
  }
  if (state.Restarting === true || state.Status === 'restarting') {
    return {
      state: 'down',
      failed: `it keeps restarting (last exit code ${state.ExitCode ?? 'unknown'})`,
      remedy: `Read \`docker logs ${container}\` for the cause.`,
    };
  }
  if (state.Running) return undefined;
  const how =
    state.Status === 'exited'
      ? `it has exited (exit code ${state.ExitCode ?? 'unknown'})`
      : `it is not running (${state.Status})`;
  return { state: 'down', failed: how, remedy: `Run \`docker start ${container}\`.` };
}
