import type { EngineAddress } from '../engine-address.js';

/** How long, in s, ssh may take to connect and to exchange keys. */
export const CONNECT_S = 8;

/**
 * The options of every call of `ssh` for an address. Keys, agents, aliases and known hosts are the user's own; what would ask, open a
 * terminal or forward anything is switched off. Source: ssh_config(5).
 */
export function sshOptions({ port, username, identity }: EngineAddress): string[] {
  const settings = {
    BatchMode: 'yes',
    ConnectTimeout: String(CONNECT_S),
    // A connection that is cut without a word ends after half a minute.
    ServerAliveInterval: '10',
    ServerAliveCountMax: '3',
    ControlPersist: 'no',
    RequestTTY: 'no',
    RemoteCommand: 'none',
    PermitLocalCommand: 'no',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    // Its messages are read here.
    LogLevel: 'ERROR',
  };
  return [
    '-T',
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(username === undefined ? [] : ['-l', username]),
    ...(identity === undefined ? [] : ['-i', identity]),
  ];
}

/** What hands the engine's API on through its standard streams, on the other machine. Source: docker/cli, `connhelper`. */
export function dialCommand({ socketPath }: EngineAddress): string {
  if (socketPath === undefined) return 'docker system dial-stdio';
  return `docker --host '${`unix://${socketPath}`.replaceAll("'", `'\\''`)}' system dial-stdio`;
}

/** Host and port as a user types them behind `ssh`. */
export function sshWords({ host = '', port, username }: EngineAddress): string {
  return `ssh ${port === undefined ? '' : `-p ${port} `}${username === undefined ? '' : `${username}@`}${host}`;
}
