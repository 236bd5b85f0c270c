import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { DockerTarget } from '../target.js';
import { EngineSilent } from '../docker/limit.js';
import { connectTimeoutSeconds } from '../connect-timeout.js';
import { execError } from '../connection-error.js';
import { READ_PASSWORD } from '../password-in-container.js';
import { ConnectionLost, ServerSilent } from '../session.js';
import { feed } from './feed.js';
import { frames } from './frames.js';
import { LastWords, type ClientPrograms, type ProgramResult, type ProgramRun } from './programs.js';

/** How long the end of an exec is waited for, in ms, once its output has ended or it was abandoned. */
const END_MS = 10_000;
/** How long, in ms, an abandoned one may take to end: the container may be paused, or the engine hang. */
const ABANDON_MS = 3000;
/** How often a silent exec is asked after, in ms: a half-open connection to a remote engine reports nothing by itself. */
const WATCHDOG_MS = 5000;

/**
 * Runs in the container; $0 is the length of the input, or empty. The engine's API cannot kill an exec, so the
 * script ends with its standard input, that is, with us: `head` then comes to its end, or the loop kills the program.
 *
 * `head` also gives the program an end of input without our closing one half of a connection, which Windows cannot;
 * what the program leaves unread is read all the same, or the engine would cut off its last words with our writing.
 * A list of entries is in the environment and reaches pg_restore through a descriptor: a container may have no place to
 * write to.
 *
 * A loop of `read`, because a `cat` would outlive its shell and keep the exec's output open.
 *
 * Every child is waited for: in PostgreSQL's image process 1 is the postmaster, it inherits orphans, and it takes one
 * that ends by a signal for a crashed backend and restarts the whole server (CleanupBackend in postmaster.c).
 */
const RUN = `
command -v "$1" >/dev/null 2>&1 || { echo "$1: not found in this container" >&2; exit 127; }
${READ_PASSWORD}
if [ -n "$0" ]; then
  [ -z "\${YOKEFLOW_ENTRIES:-}" ] || set -- "$@" --use-list=/dev/fd/4
  head -c "$0" | { "$@" 4<<ENTRIES; status=$?; cat >/dev/null; exit "$status"; }
\${YOKEFLOW_ENTRIES:-}
ENTRIES
  exit
fi
exec 3<&0
"$@" 3<&- &
program=$!
( while read -r _ <&3; do :; done; kill "$program" ) >/dev/null 2>&1 &
watch=$!
wait "$program"; status=$?
exec 2>/dev/null
kill "$watch"; wait "$watch"
exit "$status"`;

/** The client programs that PostgreSQL's image brings, run through the engine's exec API. */
export function programsInContainer(target: DockerTarget): ClientPrograms {
  return {
    where: `of the container ${target.container}`,
    // They are the server's own.
    setsWhatServerLacks: false,
    nullDevice: '/dev/null',
    run: (run) => runInContainer(target, run),
  };
}

async function runInContainer(
  target: DockerTarget,
  { program, args, connection, input, entries, output, endOnServer, signal }: ProgramRun,
): Promise<ProgramResult> {
  signal.throwIfAborted();
  const { engineError, openEngine } = await import('../docker/client.js');
  const engine = await openEngine(target.engine);
  let exec: Dockerode.Exec;
  let stream: NodeJS.ReadWriteStream & AsyncIterable<Buffer | string> & { destroy(): void };
  try {
    exec = await engine.getContainer(target.containerId).exec({
      Cmd: ['sh', '-c', RUN, input ? String(input.bytes) : '', program, ...args],
      // Its messages are read here, so they have to be in English.
      Env: [
        'LC_ALL=',
        'LC_MESSAGES=C',
        'LANGUAGE=C',
        ...(connection
          ? [
              `PGUSER=${target.user}`,
              `PGDATABASE=${connection.database}`,
              `PGAPPNAME=${connection.applicationName}`,
              `PGCONNECT_TIMEOUT=${connectTimeoutSeconds(target)}`,
            ]
          : []),
        ...(entries ? [`YOKEFLOW_ENTRIES=${entries.join('\n')}`] : []),
      ],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
    });
    stream = await exec.start({ hijack: true, stdin: true, Tty: false });
  } catch (error) {
    if (error instanceof EngineSilent) throw engineError(error, target.engine);
    throw execError(error, target);
  }

  const abandon = () => stream.destroy();
  const watchdog = watch(exec, engine.getContainer(target.containerId), stream);
  signal.addEventListener('abort', abandon, { once: true });
  // The error is the loop's to report: here it only must not count as unhandled.
  stream.on('error', () => undefined);
  try {
    signal.throwIfAborted();
    const feeding = input ? feed(stream, input, signal) : Promise.resolve();
    feeding.catch(abandon);
    const stderr = new LastWords();
    for await (const { channel, bytes } of frames(stream)) {
      watchdog.heard();
      if (channel === 'stderr') stderr.hear(bytes);
      else await output?.(bytes);
    }
    await feeding;
    return { exitCode: await exitCodeOf(exec), stderr: stderr.toString() };
  } catch (error) {
    stream.destroy();
    await Promise.race([ended(exec, endOnServer), sleep(ABANDON_MS)]);
    if (signal.aborted) throw signal.reason;
    if (watchdog.because())
      throw new ServerSilent(`${program} in the container is silent: ${watchdog.because()}`, { cause: error });
    throw isOfTheStream(error)
      ? new ConnectionLost(`the connection to ${program} in the container was lost`, { cause: error })
      : error;
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', abandon);
  }
}

/** Tears the stream down once nothing more can come: the exec is over, the container is paused, or the engine does not answer. */
function watch(
  exec: Dockerode.Exec,
  container: Dockerode.Container,
  stream: { destroy(): void },
): { heard(): void; stop(): void; because(): string | undefined } {
  let silent = 0;
  let because: string | undefined;
  let last: string | undefined;
  const timer = setInterval(() => {
    if (++silent < 2) return;
    void whyNothingComes(exec, container).then((why) => {
      const again = why !== undefined && why === last;
      last = why;
      // One slow answer of an engine is no silence.
      if (why === undefined || silent < 2 || (why !== OVER && !again)) return;
      if (why !== OVER) because = why;
      stream.destroy();
    });
  }, WATCHDOG_MS);
  timer.unref();
  return {
    heard: () => {
      silent = 0;
    },
    stop: () => clearInterval(timer),
    because: () => because,
  };
}

const OVER = 'it is over';

/** Why a silent exec will not say anything more; undefined where it may yet. */
async function whyNothingComes(exec: Dockerode.Exec, container: Dockerode.Container): Promise<string | undefined> {
  try {
    if (!(await exec.inspect()).Running) return OVER;
    return (await container.inspect()).State.Paused ? 'the container is paused' : undefined;
  } catch (error) {
    // Else the engine or the container is gone, or (Podman) the exec is forgotten: it does not run.
    return error instanceof EngineSilent ? error.message : OVER;
  }
}

/**
 * The exit code, once there is one: `Running: false` with `ExitCode: null` means that it has not started or that the
 * engine is still busy with it (Engine API, ExecInspect).
 */
async function exitCodeOf(exec: Dockerode.Exec): Promise<number> {
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(50)) {
    const { Running, ExitCode } = await exec.inspect().catch((cause: unknown) => {
      throw new ConnectionLost('the engine does not say how the program in the container ended', { cause });
    });
    if (!Running && ExitCode !== null) return ExitCode;
  }
  throw new ConnectionLost('the engine does not say how the program in the container ended');
}

/** Waits until an abandoned exec is over, and has the server end its session. */
async function ended(exec: Dockerode.Exec, endOnServer: (() => Promise<void>) | undefined): Promise<void> {
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(200)) {
    await endOnServer?.();
    if (!(await isRunning(exec))) return;
  }
}

async function isRunning(exec: Dockerode.Exec): Promise<boolean> {
  try {
    return (await exec.inspect()).Running;
  } catch {
    // The engine or the container is gone, or (Podman) the exec is forgotten: it does not run.
    return false;
  }
}

function isOfTheStream(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return (
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ECONNRESET' ||
    (code === 'EPIPE' && syscall === 'write') ||
    /cut off inside a frame/.test(String(error))
  );
}
