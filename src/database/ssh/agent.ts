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

/**
 * Connects an HTTP client to an engine on another machine, through the system's own `ssh`: all of it over one connection, where ssh can share
 * one (not on Windows: there each has its own).
 */
export class SshAgent extends Agent {
  constructor(private readonly address: EngineAddress) {
    super({ keepAlive: true, maxFreeSockets: 1 });
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
