import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether the process that made a file can still be using it. */
export type Owner = 'running' | 'gone' | 'unknown';

const TAG = '([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})-(\\d+)-(\\d+)';

/** Matches a tag within a longer name. */
export const tagPattern = TAG.replaceAll('(', '(?:');

const NONE = '0'.repeat(8);

/**
 * Names the process that makes a file, in the file's own name: machine, boot, process namespace, process id and when the
 * process began. A file that a killed run left can so be told from one in use, with no moment in which it has no owner.
 * Where the system tells less (only Linux has /proc) that part is zero.
 */
export function ownerTag(): string {
  return [machine(), boot(), processNamespace(), process.pid, startOf('self') ?? 0].join('-');
}

/**
 * What became of the process that a tag names. A process id means something on its own machine, boot and namespace only:
 * a shared folder may hold what another container is writing at this moment.
 */
export function ownerOf(tag: string): Owner {
  const [, itsMachine, itsBoot, itsNamespace, id, start] = new RegExp(`^${TAG}$`).exec(tag) ?? [];
  if (itsMachine !== machine() || itsBoot === undefined || id === undefined) return 'unknown';
  if (itsBoot !== NONE && boot() !== NONE && itsBoot !== boot()) return 'gone';
  if (itsBoot !== boot() || itsNamespace !== processNamespace()) return 'unknown';
  if (!isThere(Number(id))) return 'gone';
  const started = startOf(id);
  return started !== undefined && start !== '0' && started !== start ? 'gone' : 'running';
}

function isThere(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // EPERM: there is one, and it is another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const machine = () => hashed(`${hostname()} ${attempt(() => readFileSync('/etc/machine-id', 'utf8')) ?? ''}`);
const boot = () => hashed(attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')));
const processNamespace = () => hashed(attempt(() => readlinkSync('/proc/self/ns/pid')));

/** The 22nd field of /proc/PID/stat, in clock ticks since the boot; the second may hold spaces and brackets (proc(5)). */
function startOf(id: string): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${id}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function hashed(text: string | undefined): string {
  return text === undefined ? NONE : createHash('sha256').update(text.trim()).digest('hex').slice(0, 8);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
