/** A Docker engine's address, resolved the way the `docker` command resolves it. */
export interface EngineAddress {
  /** How it was found, in words: `DOCKER_HOST`, `context "colima"`, `the usual socket`. */
  readonly source: string;
  readonly kind: 'unix' | 'npipe' | 'tcp' | 'ssh';
  /** The address as the user would write it, for example `unix:///var/run/docker.sock`. */
  readonly url: string;
  /** Socket or pipe path, for `unix` and `npipe`. */
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  /** PEM texts, for `tcp` with TLS. */
  readonly tls?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
}
