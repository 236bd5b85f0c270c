import { createRequire, Module } from 'node:module';

/**
 * Keeps docker-modem from loading ssh2, which it does whether it is used or not: it checks no host key, and fails on later Nodes. Engines on
 * other machines are reached through the system's own `ssh`. To be called before dockerode is loaded.
 */
export function withoutSsh2(): void {
  const require = createRequire(import.meta.url);
  const path = createRequire(require.resolve('dockerode')).resolve('docker-modem/lib/ssh.js');
  if (require.cache[path] !== undefined) return;
  const none = new Module(path);
  none.loaded = true;
  none.exports = () => {
    throw new Error('ssh goes through the command ssh');
  };
  require.cache[path] = none;
}
