import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { docker } from './docker.js';

/** What HAProxy, and so docker-socket-proxy, answers to a request that no rule allows. */
const FORBIDDEN = '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n';

/**
 * A proxy before the engine that lets some requests through, as docker-socket-proxy does.
 * @param allows what it lets through, by method and path without the API's version
 * @param answer what it answers to the rest: a page, or as Docker's own authorization plugins do
 */
export async function startSocketProxy(
  allows: (method: string, path: string) => boolean,
  answer = { status: 403, type: 'text/html', body: FORBIDDEN },
): Promise<{ url: string; stop(): void }> {
  const { socketPath, host, port } = docker.modem as {
    socketPath?: string | (() => Promise<string>);
    host?: string;
    port?: number;
  };
  const to =
    typeof socketPath === 'function'
      ? { socketPath: await socketPath() }
      : socketPath === undefined
        ? { host, port }
        : { socketPath };
  const server = createServer((asked, answered) => {
    const { method = 'GET', url = '/', headers } = asked;
    if (!allows(method, url.replace(/^\/v[\d.]+/, ''))) {
      answered.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
      return;
    }
    asked.pipe(
      request({ ...to, method, path: url, headers }, (reply) => {
        answered.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answered);
      }),
    );
  });
  // Without this, a request that asks for another protocol would be cut off.
  server.on('upgrade', (_, socket) =>
    socket.end(
      `HTTP/1.1 ${answer.status} Forbidden\r\nContent-Type: ${answer.type}\r\nContent-Length: ${answer.body.length}\r\nConnection: close\r\n\r\n${answer.body}`,
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `tcp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
