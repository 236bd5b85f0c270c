import { expect, it } from 'vitest';
import {
  hasOwnNetwork,
  isInContainer,
  looksContained,
  mountOf,
  mountPoints,
  outlives,
} from '../../../src/machine/container.js';

// As saved in containers of Docker 20 (overlay2), Docker 28 (vfs) and rootless Podman 4.
const overlay = `1187 1089 0:131 / / rw,relatime master:407 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC
1188 1187 0:134 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1193 1191 0:137 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
1194 1187 254:1 /home/me/my\\040project /work rw,relatime master:1 - ext4 /dev/vda1 rw
1195 1187 254:1 /var/lib/docker/containers/0123/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw
`;
const vfs = `402 350 254:1 /var/lib/docker/vfs/dir/4f5e / rw,relatime - ext4 /dev/vda1 rw
403 402 254:1 /srv/with\\040space /my\\040backups rw,relatime - ext4 /dev/vda1 rw
404 402 0:50 / /work rw,relatime - tmpfs tmpfs rw
`;
const machine = `29 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard
30 29 0:25 / /tmp rw,nosuid,nodev shared:5 - tmpfs tmpfs rw
`;

/** Where the image of this program expects the user's folder. */
const mounted = '/work';

it.each([
  ['a mounted folder', overlay, `${mounted}/yokeflow-backups`, true],
  ['a folder of the container', overlay, '/var/backups', false],
  ['a name that only begins like a mounted one', overlay, '/workshop', false],
  ['memory', overlay, '/dev/shm/x', false],
  ['a mount on the same device as the container', vfs, '/my backups/today', true],
  ['the container on that device', vfs, '/opt', false],
  ['a tmpfs at the folder of the image', vfs, '/work', false],
])('%s: whether it outlives the container', (_, mountinfo, path, kept) => {
  expect(outlives(mountPoints(mountinfo), path)).toBe(kept);
});

it('takes the mount that lies on top', () => {
  const points = mountPoints(`${overlay}1200 1187 0:9 / /work rw - tmpfs tmpfs rw\n`);
  expect(mountOf(points, `${mounted}/a`)).toEqual({ path: mounted, type: 'tmpfs' });
  expect(mountOf([], '/work')).toBeUndefined();
});

it.each([
  ['0::/docker/3f0c9', '', true],
  ['12:cpu:/kubepods/besteffort/pod12/34', '', true],
  ['0::/machine.slice/libpod-3f0c.scope/container', '', true],
  ['0::/', overlay, true],
  ['0::/user.slice/user-1000.slice/session-2.scope', machine, false],
  ['0::/system.slice/docker.service', machine, false],
])('the control group %s', (cgroup, mountinfo, contained) => {
  expect(looksContained(cgroup, mountPoints(mountinfo))).toBe(contained);
});

function files(all: Record<string, string>, env: Record<string, string> = {}) {
  return {
    env,
    exists: (path: string) => path in all,
    readText: (path: string) => {
      const found = all[path];
      if (found === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      return found;
    },
  };
}

it('knows a container by its files, its environment or its control group', () => {
  expect(isInContainer(files({ '/.dockerenv': '' }))).toBe(true);
  expect(isInContainer(files({ '/run/.containerenv': '' }))).toBe(true);
  expect(isInContainer(files({}, { YOKEFLOW_UPGRADE_IMAGE: '1' }))).toBe(true);
  expect(isInContainer(files({ '/proc/self/mountinfo': overlay }))).toBe(true);
  expect(isInContainer(files({ '/proc/self/cgroup': '0::/init.scope', '/proc/self/mountinfo': machine }))).toBe(false);
  expect(isInContainer(files({}))).toBe(false);
});

it('knows a network of its own from that of the machine', () => {
  const net = (name: string, index: number, link: number) => ({
    [`/sys/class/net/${name}/ifindex`]: `${index}\n`,
    [`/sys/class/net/${name}/iflink`]: `${link}\n`,
  });
  expect(hasOwnNetwork(files(net('eth0', 2, 7)), ['lo', 'eth0'])).toBe(true);
  expect(hasOwnNetwork(files({}), ['lo'])).toBe(true);
  // --network host: the machine's own card, its bridge, and its end of another container's pair.
  const host = { ...net('eth0', 2, 2), ...net('docker0', 3, 3), ...net('veth1', 7, 2) };
  expect(hasOwnNetwork(files(host), ['lo', 'eth0', 'docker0', 'veth1'])).toBe(false);
});
