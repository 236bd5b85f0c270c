import { engineLine } from '../database/engine-line.js';
import { rememberPassword } from '../redaction/redact.js';
import { imageLogin, imageVariables, variable } from '../database/image-variables.js';
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
    readonly Health?: { readonly Status?: string } | null | undefined;
  };
}

/** What the user says of the server in a container; it comes before what the container says. */
export interface GivenLogin {
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
}

/** A container that holds a database to connect to, or why it does not do and what to type. */
export type ContainerFinding =
  | { readonly usable: true; readonly target: DockerTarget; readonly place: Place }
  | ({ readonly usable: false } & UnusableContainer);

/**
 * Maps an inspected container to a target, by the rules of {@link imageLogin}.
 * The password in the same list is not copied, and hidden from now on: inside the container, local connections are trusted.
 * @param reason why this container is looked at, for the target
 * @param files what stands in the files that its environment names, by variable
 */
export function fromInspect(
  inspected: InspectedContainer,
  engine: EngineAddress,
  reason: string,
  given: GivenLogin = {},
  files: Readonly<Record<string, string>> = {},
): ContainerFinding {
  const place = placeOf(inspected, engine, given.port);
  const { container } = place;
  const env = inspected.Config.Env ?? [];
  for (const name of imageVariables.password) rememberPassword(variable(env, name));
  const login = imageLogin(env, files);
  const user = given.user ?? login.user;
  // Without a user of its own, the database may be called like the one in the file.
  const database = given.database ?? login.database;
  const [unread] = login.unread.filter((name) => neededOf(name, given));
  const named = (['database', 'user', 'port'] as const).filter((part) => given[part] !== undefined);
  const stopped = notRunning(place, inspected.State);
  if (stopped !== undefined) return { usable: false, place, ...stopped, ...(unread === undefined && { database }) };
  if (unread !== undefined) {
    return {
      usable: false,
      place,
      state: 'unknown',
      failed: `it takes ${unread} from a file inside the container`,
      remedy: 'That file could not be read. Name user and database yourself with --user NAME and --database NAME.',
    };
  }
  return {
    usable: true,
    place,
    target: {
      kind: 'docker',
      engine,
      container,
      containerId: inspected.Id,
      database,
      user,
      ...(given.port !== undefined && { port: given.port }),
      ...(named.length > 0 && { named }),
      reason,
    },
  };
}

function neededOf(name: string, { user, database }: GivenLogin): boolean {
  return (imageVariables.database as readonly string[]).includes(name) ? database === undefined : user === undefined;
}

/** Exit codes of a container that was stopped: by Ctrl-C, `docker kill` or `docker stop` (128 and the signal's number). */
const stoppedFromOutside: ReadonlySet<number> = new Set([0, 130, 137, 143]);

type State = InspectedContainer['State'];

function notRunning(place: Place, state: State): Omit<UnusableContainer, 'place' | 'database'> | undefined {
  const { container, engine } = place;
  // Docker reports paused and restarting containers as running too, so these two come first.
  if (state.Paused === true || state.Status === 'paused') {
    return { state: 'paused', failed: 'it is paused', remedy: `Run \`${engineLine(engine, 'unpause', container)}\`.` };
  }
  if (state.Restarting === true || state.Status === 'restarting') {
    return {
      state: 'down',
      isFailing: true,
      failed: `it keeps restarting (last exit code ${state.ExitCode ?? 'unknown'})`,
      remedy: `Read \`${engineLine(engine, 'logs', container)}\` for the cause.`,
    };
  }
  if (state.Running) return undefined;
  const how =
    state.Status === 'exited'
      ? `it has exited (exit code ${state.ExitCode ?? 'unknown'})`
      : `it is not running (${state.Status})`;
  // A Swarm starts its tasks by itself, and no one else may.
  if (place.swarmService !== undefined) {
    const remedy = `Run \`docker service scale ${place.swarmService}=1\`.`;
    return { state: 'down', failed: how, remedy };
  }
  const isFailing = state.Status === 'exited' && !stoppedFromOutside.has(state.ExitCode ?? 0);
  return {
    state: 'down',
    canStart: true,
    ...(isFailing && { isFailing }),
    failed: how,
    remedy: `Run \`${engineLine(engine, 'start', container)}\`.`,
  };
}
