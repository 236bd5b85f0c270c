/** What runs containers: a Docker engine's address as the `docker` command resolves it, or a command that is one itself. */
export interface EngineAddress {
  /** How it was found, in words: `DOCKER_HOST`, `context "colima"`, `the usual socket`. */
  readonly source: string;
  /** `command`: Podman without its service. `kube`: a pod, through kubectl. */
  readonly kind: 'unix' | 'npipe' | 'tcp' | 'ssh' | 'command' | 'kube';
  /** The address as the user would write it after `--engine`, for example `unix:///var/run/docker.sock`; for `kube` after `--kube`. */
  readonly url: string;
  /** Socket or pipe path, for `unix` and `npipe`. For `ssh`: that of the engine on the other machine, where it is named. */
  readonly socketPath?: string;
  readonly host?: string;
  /** Absent for `ssh` where ~/.ssh/config or the usual port decides. */
  readonly port?: number;
  readonly username?: string;
  /** The file of a private key, for `ssh`, where a connection of Podman's names it. */
  readonly identity?: string;
  /** PEM texts, for `tcp` with TLS. */
  readonly tls?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
  /** The program whose command line reaches it; docker where that is not said. */
  readonly program?: 'docker' | 'podman';
  /** What `--engine` was given, where that named it. */
  readonly option?: string;
  /** False for a socket that the docker command does not go to by itself. */
  readonly isUsual?: boolean;
  /** For `kube`. */
  readonly pod?: { readonly context?: string; readonly namespace: string; readonly name: string };
}

/** What it is, at the beginning of a sentence or with its article within one. */
export function engineName({ kind, program, url, source }: EngineAddress): string {
  if (kind === 'kube') return `the pod ${url}`;
  if (kind === 'command') return `the command ${program}`;
  return `the Docker engine at ${url} (${source})`;
}
