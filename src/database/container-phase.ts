import { runInContainer } from './run-in-container.js';
import type { DockerTarget } from './target.js';

/** How long, in ms, the look at the processes may take. */
const PHASE_MS = 3000;

/**
 * `init`: the entrypoint of the image is still at work, that is, it makes the database or runs the init scripts; it then puts the server in
 * its own place (exec). `starting`: a server is there and takes no connections yet. `ready`: it takes them by now. `other`: neither, or it
 * cannot be told.
 */
export type Phase = 'init' | 'starting' | 'ready' | 'other';

/**
 * The command lines of all processes, and whether the server takes connections (pg_isready exits with 1 while it starts, 2 where it does
 * not answer). Source of the first: proc(5).
 */
const LOOK = `
for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <"$file" 2>/dev/null; echo; done
if command -v pg_isready >/dev/null 2>&1; then pg_isready >/dev/null 2>&1; echo "pg_isready $?"; fi`;

/** Looks at what the processes of a container are at. Never throws. */
export async function phaseOf(target: DockerTarget): Promise<Phase> {
  const seen = await runInContainer(target, LOOK, [], PHASE_MS).catch(() => undefined);
  return seen === undefined ? 'other' : phaseIn(seen.stdout);
}

/** A shell that runs a script called entrypoint, as in the official image (docker-entrypoint.sh) and those made from it. */
const entrypoint = /^(?:\S*\/)?(?:ba|da|a)?sh (?:-\S+ )*\S*entrypoint\S*(?: |$)/m;

/** What the processes tell. Pure. */
export function phaseIn(processes: string): Phase {
  if (entrypoint.test(processes) || /^\S*initdb /m.test(processes)) return 'init';
  const hasServer = /^(?:\S*\/)?(?:postgres|postmaster)(?::| |$)/m.test(processes);
  if (/^pg_isready 0$/m.test(processes)) return 'ready';
  return hasServer && /^pg_isready [12]$/m.test(processes) ? 'starting' : 'other';
}
