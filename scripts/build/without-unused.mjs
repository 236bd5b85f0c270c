/**
 * What packages load at their start and this program never uses: dockerode's sessions for BuildKit (gRPC, protobuf), its tar files for builds
 * of images, docker-modem's own ssh, pg's bindings to other machines. A use of one would throw.
 */
const UNUSED = new Set([
  'ssh2',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'protobufjs',
  'tar-fs',
  '@balena/dockerignore',
  'pg-native',
  'pg-cloudflare',
]);

/** A plugin for rollup that leaves them out. */
export function withoutUnused() {
  return {
    name: 'without-unused',
    enforce: 'pre',
    resolveId(name) {
      if (UNUSED.has(name)) return `\0unused:${name}`;
      // Node's own streams are what this package brings for older Nodes.
      return name === 'readable-stream' ? { id: 'node:stream', external: true } : undefined;
    },
    load(id) {
      if (!id.startsWith('\0unused:')) return undefined;
      const text = JSON.stringify(`${id.slice('\0unused:'.length)} is not part of this program`);
      return `const unused = new Proxy({}, { get: () => class { constructor() { throw new Error(${text}); } } });\nexport default unused;`;
    },
  };
}
