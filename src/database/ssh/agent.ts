import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EngineAddress } from '../engine-address.js';
import { dialCommand, sshOptions } from './line.js';
import { SshMaster } from './master.js';
import { ProcessStream } from './process-stream.js';

/** One connection to each machine. */
const masters = new Map<string, Promise<SshMaster>>();

/** How long, in ms, a connection that is in no use is kept: each is a session of the other machine's sshd, which allows ten (MaxSessions). */
const FREE_MS = 3000;

const agents = new Map<string, SshAgent>();

/** What connects to an engine on another machine; every client of one engine shares it. */
export function sshAgent(address: EngineAddress): SshAgent {
  const key = [address.url, address.identity].join('\n');
  const agent = agents.get(key) ?? new SshAgent(address);
  agents.set(key, agent);
  return agent;
}

/**
 * Connects an HTTP client to an engine on another machine, through the system's own `ssh`: all of it over one connection, where ssh can share
 * one (not on Windows: there each has its own).
 */
export class SshAgent extends Agent {
  private readonly timers = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(private readonly address: EngineAddress) {
    super({ keepAlive: true, maxFreeSockets: 2, scheduling: 'lifo' });
  }

  // Node's own agent connects; its types know of no other way to be given a connection.
  override createConnection(_options: object, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const { address } = this;
    const opening = process.platform === 'win32' ? dial(address, []) : throughMaster(address);
    opening.then(
      (stream) => callback?.(null, stream),
      (error: Error) => callback?.(error, undefined as never),
    );
  }

  override keepSocketAlive(socket: Duplex): boolean {
    this.timers.set(
      socket,
      setTimeout(() => socket.destroy(), FREE_MS),
    );
    return true;
  }

  override reuseSocket(socket: Duplex): void {
    clearTimeout(this.timers.get(socket));
  }
}

async function throughMaster(address: EngineAddress): Promise<Duplex> {
  const master = await masterOf(address);
  const done = master.use();
  try {
    const stream =
      address.socketPath === undefined
        ? await dial(address, master.through)
        : connect(await master.forward(address.socketPath));
    stream.once('close', done);
    return stream;
  } catch (error) {
    done();
    throw error;
  }
}

function masterOf(address: EngineAddress): Promise<SshMaster> {
  const { host = '', port = '', username = '', identity = '' } = address;
  const key = [username, host, port, identity].join('\n');
  let master = masters.get(key);
  if (master === undefined) {
    master = SshMaster.open(address, () => masters.delete(key));
    master.catch(() => masters.delete(key));
    masters.set(key, master);
  }
  return master;
}

async function dial(address: EngineAddress, through: readonly string[]): Promise<Duplex> {
  const child = spawn('ssh', [...through, ...sshOptions(address), '--', address.host ?? '', dialCommand(address)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: true,
  });
  return new ProcessStream(child, 'ssh');
}
