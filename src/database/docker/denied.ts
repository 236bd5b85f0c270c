/** What an engine, or what stands before it, says of a request that it does not allow. */
interface Denial {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * What a denied request (401, 403) means. Docker and its authorization plugins answer in JSON; a proxy that lets some paths
 * through answers with a page of its own. Pure.
 */
export function denialOf({ statusCode, json }: { statusCode?: number; json?: unknown }): Denial {
  const message = messageIn(json);
  if (message !== undefined) {
    return {
      reason: `the engine refused the request (HTTP ${statusCode}): ${message}`,
      remedy: 'Ask whoever runs this engine for access to it.',
    };
  }
  return {
    reason: `a proxy before the engine forbids the request (HTTP ${statusCode})`,
    remedy:
      'Let the proxy allow containers, exec and POST: CONTAINERS=1, EXEC=1 and POST=1 for docker-socket-proxy. Or reach the database without Docker: --database-url URL',
  };
}

function messageIn(body: unknown): string | undefined {
  const { message } = (typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? body : {}) as {
    message?: unknown;
  };
  return typeof message === 'string' && message.trim() !== '' ? message.trim() : undefined;
}
