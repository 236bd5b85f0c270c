import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerTarget } from '../target.js';
import { EngineSilent } from '../container/engine-silent.js';
import { engineError } from '../docker/error.js';
import type { ContainerExec } from '../container/host.js';
import { connectTimeoutSeconds } from '../connect-timeout.js';
import { execError } from '../connection-error.js';
import { FIND_SERVER, portOf, READ_PASSWORD } from '../password-in-container.js';
import { ConnectionLost, ServerSilent } from '../session.js';
import { feed } from './feed.js';
import { LastWords, type ClientPrograms, type ProgramResult, type ProgramRun } from './programs.js';
import { watchExec } from './watch-exec.js';

/** How long the end of an abandoned exec is waited for, in ms. */
const END_MS = 10_000;
/** How long, in ms, an abandoned one may take to end: the container may be paused, or the engine hang. */
const ABANDON_MS = 3000;
/**
 * Runs in the container; $0 is the length of the input, or empty. Nothing can kill an exec from outside, so the
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
const RUN = `${FIND_SERVER}
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

/** The client programs that PostgreSQL's image brings, run in the container. */
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
  const { openHost } = await import('../container/open.js');
  const host = await openHost(target.engine);
  const exec = await host
    .exec(target.containerId, {
      args: ['sh', '-c', RUN, input ? String(input.bytes) : '', program, ...args],
      env: {
        // Its messages are read here, so they have to be in English.
        LC_ALL: '',
        LC_MESSAGES: 'C',
        LANGUAGE: 'C',
        ...(connection && {
          PGUSER: target.user,
          PGDATABASE: connection.database,
          PGAPPNAME: connection.applicationName,
          PGCONNECT_TIMEOUT: String(connectTimeoutSeconds(target)),
          ...portOf(target),
        }),
        ...(entries && { YOKEFLOW_ENTRIES: entries.join('\n') }),
      },
      ...(target.account !== undefined && { account: target.account }),
      hasInput: true,
    })
    .catch((error: unknown) => {
      if (error instanceof EngineSilent) throw engineError(error, target.engine);
      throw execError(error, target);
    });

  const abandon = () => exec.abandon();
  const watchdog = watchExec(exec, host, target.containerId);
  signal.addEventListener('abort', abandon, { once: true });
  try {
    signal.throwIfAborted();
    const feeding = input ? feed(exec.input, input, signal) : Promise.resolve();
    feeding.catch(abandon);
    const stderr = new LastWords();
    for await (const { channel, bytes } of exec.output) {
      watchdog.heard();
      if (channel === 'stderr') stderr.hear(bytes);
      else await output?.(bytes);
    }
    await feeding;
    return { exitCode: await exec.exitCode(), stderr: stderr.toString() };
  } catch (error) {
    exec.abandon();
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

/** Waits until an abandoned exec is over, and has the server end its session. */
async function ended(exec: ContainerExec, endOnServer: (() => Promise<void>) | undefined): Promise<void> {
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(200)) {
    await endOnServer?.();
    // An engine that does not answer is not asked for ever.
    if (!(await exec.isRunning().catch(() => false))) return;
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
