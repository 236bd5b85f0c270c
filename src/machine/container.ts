import { readdirSync } from 'node:fs';
import type { Surroundings } from './surroundings.js';

type Machine = Pick<Surroundings, 'exists' | 'readText' | 'env'>;

/** One line of /proc/self/mountinfo. Source: proc_pid_mountinfo(5). */
export interface MountPoint {
  readonly path: string;
  /** Of its file system: `ext4`, `overlay`, `tmpfs`. */
  readonly type: string;
}

/** Reads the mounts of this process. A later one of the same path lies over an earlier one. Pure. */
export function mountPoints(mountinfo: string): MountPoint[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const path = before.split(' ')[4];
    const [type] = after.split(' ');
    if (path === undefined || !type) return [];
    // Spaces and the like are written in octal.
    return [{ path: path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))), type }];
  });
}

/** The mount that a path is on. Pure. */
export function mountOf(points: readonly MountPoint[], path: string): MountPoint | undefined {
  const holds = (point: MountPoint) => point.path === '/' || path === point.path || path.startsWith(`${point.path}/`);
  // Of two over one path the later one counts.
  return points
    .filter(holds)
    .reduce<MountPoint | undefined>(
      (deepest, point) => (deepest === undefined || point.path.length >= deepest.path.length ? point : deepest),
      undefined,
    );
}

/** File systems that are in memory. */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'devtmpfs']);

/** Whether what is written to a path of a container outlives the container. Pure. */
export function outlives(points: readonly MountPoint[], path: string): boolean {
  const point = mountOf(points, path);
  return point !== undefined && point.path !== '/' && !inMemory.has(point.type);
}

/** Whether a control group, or the root file system, is that of a container. Pure. */
export function looksContained(cgroup: string, points: readonly MountPoint[]): boolean {
  return (
    /[:/](?:(?:docker|libpod|containerd|lxc)[-/]|kubepods[-/.]|lxc\.payload)/.test(cgroup) ||
    points.some(({ path, type }) => path === '/' && type === 'overlay')
  );
}

/** Whether this process runs in a container: Docker makes /.dockerenv, Podman /run/.containerenv. */
export function isInContainer({ exists, readText, env }: Machine): boolean {
  if (env['YOKEFLOW_UPGRADE_IMAGE']) return true;
  if (exists('/.dockerenv') || exists('/run/.containerenv')) return true;
  const read = (path: string) => {
    try {
      return readText(path);
    } catch {
      return '';
    }
  };
  return looksContained(read('/proc/self/cgroup'), mountPoints(read('/proc/self/mountinfo')));
}

/**
 * Whether a container has a network of its own, where `localhost` is the container itself. Its interfaces are then one end of a pair whose
 * other end is on the machine: `iflink` names that one (sysfs-class-net). With `--network host` one of them is the machine's own.
 */
export function hasOwnNetwork({ readText }: Pick<Surroundings, 'readText'>, interfaces = namesOfInterfaces()): boolean {
  const number = (name: string, file: string) => {
    try {
      return readText(`/sys/class/net/${name}/${file}`).trim();
    } catch {
      return '';
    }
  };
  return interfaces.filter((name) => name !== 'lo').every((name) => number(name, 'iflink') !== number(name, 'ifindex'));
}

function namesOfInterfaces(): string[] {
  try {
    return readdirSync('/sys/class/net');
  } catch {
    return [];
  }
}
