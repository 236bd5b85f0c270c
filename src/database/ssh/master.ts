import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../container/command/ask.js';
import { CommandFailed } from '../container/command/command-failed.js';
import { EngineSilent } from '../container/engine-silent.js';
import type { EngineAddress } from '../engine-address.js';
import { sshOptions } from './line.js';

/** How long, in ms, ssh may take until it is let in: ConnectTimeout ends most of that sooner, and with better words. */
const OPEN_MS = 9500;
/** How long, in ms, the connection is kept after its last use. */
const IDLE_MS = 10_000;
/** The longest path of a socket that every system takes, in bytes, less what ssh appends while it makes it (sun_path in unix(4)). */
const LONGEST_PATH = 80;

/**
 * One ssh connection to another machine, which every connection to its engine goes through. It ends with this program, however that ends:
 * what runs on the other side ends with its input, and ssh with it.
 */
export class SshMaster {
  private readonly folder = temporaryFolder();
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly failed: Promise<CommandFailed>;
  private words = '';
  private users = 0;
  private idle: NodeJS.Timeout | undefined;
  private isOver = false;
  private forwarded: Promise<string> | undefined;

  private readonly atExit = () => this.close();

  private constructor(
    private readonly address: EngineAddress,
    private readonly onClose: () => void,
  ) {
    this.child = spawn(
      'ssh',
      [
        '-M',
        '-S',
        this.socket,
        ...sshOptions(address),
        '-o',
        'ClearAllForwardings=yes',
        '--',
        address.host ?? '',
        // It ends with its input, so with us.
        'cat >/dev/null',
      ],
      { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, detached: true },
    );
    const { child } = this;
    child.stdin.on('error', () => undefined);
    child.stdout.resume();
    child.stderr.on('data', (bytes: Buffer) => {
      this.words = (this.words + bytes.toString('utf8')).slice(-10_000);
    });
    this.failed = new Promise((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        resolve(new CommandFailed('ssh', error.message, { code: error.code ?? 'ENOENT' })),
      );
      child.on('close', (exitCode) => resolve(new CommandFailed('ssh', this.words.trim(), { exitCode })));
    });
    void this.failed.then(() => this.close());
    process.once('exit', this.atExit);
  }

  /**
   * @param onClose called once, when it is over
   * @throws {CommandFailed} with ssh's own words
   * @throws {EngineSilent}
   */
  static async open(address: EngineAddress, onClose: () => void): Promise<SshMaster> {
    const master = new SshMaster(address, onClose);
    const over = new AbortController();
    try {
      const result = await Promise.race([master.failed, master.listening(over.signal)]);
      if (result instanceof Error) throw result;
      if (!result) throw new EngineSilent(`ssh ${address.host ?? ''}`);
    } catch (error) {
      master.close();
      throw error;
    } finally {
      over.abort();
    }
    // It does not keep this program from ending.
    master.child.unref();
    for (const stream of [master.child.stdin, master.child.stdout, master.child.stderr])
      (stream as unknown as { unref(): void }).unref();
    return master;
  }

  /** The options by which another call of ssh goes through this connection. */
  get through(): string[] {
    return ['-S', this.socket, '-o', 'ControlMaster=no'];
  }

  /** What ssh has said since it connected, such as why it could not reach a socket. */
  get lastWords(): string {
    return this.words.trim();
  }

  /**
   * A socket here that leads to one on the other machine.
   * @throws {CommandFailed} @throws {EngineSilent}
   */
  forward(remote: string): Promise<string> {
    const local = join(this.folder, 'e');
    const { address, socket } = this;
    this.forwarded ??= ask({
      program: 'ssh',
      args: [
        '-S',
        socket,
        ...sshOptions(address),
        '-O',
        'forward',
        '-L',
        `${local}:${remote}`,
        '--',
        address.host ?? '',
      ],
    }).then(() => local);
    return this.forwarded;
  }

  /** To be called when a connection through it is made; what it returns, when that is over. */
  use(): () => void {
    this.users++;
    clearTimeout(this.idle);
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      if (--this.users > 0) return;
      this.idle = setTimeout(() => this.close(), IDLE_MS);
      this.idle.unref();
    };
  }

  /** Ends the connection, and what goes through it. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.idle);
    process.removeListener('exit', this.atExit);
    this.child.stdin.destroy();
    this.child.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
    this.onClose();
  }

  private get socket(): string {
    return join(this.folder, 's');
  }

  /** ssh makes its socket once it has been let in. */
  private async listening(signal: AbortSignal): Promise<boolean> {
    for (const deadline = Date.now() + OPEN_MS; Date.now() < deadline && !signal.aborted; await sleep(15))
      if (existsSync(this.socket)) return true;
    return false;
  }
}

/** Open to this user alone, and with a short name. */
function temporaryFolder(): string {
  const usual = join(tmpdir(), 'yfu-');
  return mkdtempSync(usual.length > LONGEST_PATH - 10 ? '/tmp/yfu-' : usual);
}
