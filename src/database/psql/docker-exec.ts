import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { Part } from '../session.js';
import { EngineSilent } from '../docker/limit.js';
import { READ_PASSWORD } from '../password-in-container.js';
import { startupOptions } from '../pinned-settings.js';
import { Demultiplexer } from './demultiplexer.js';
import type { PsqlTransport } from './transport.js';

/** How often a silent psql is asked after, in ms: a half-open connection to a remote engine reports nothing by itself. */
const WATCHDOG_MS = 5000;
/** How long psql may take to leave after \q, in ms. */
const CLOSE_MS = 2000;

/** Runs in the container. */
const START_PSQL = `
command -v psql >/dev/null 2>&1 || { echo 'psql: not found in this container' >&2; exit 127; }
${READ_PASSWORD}
if [ "$1" != watch ]; then exec psql -X -q -A -t -w; fi
psql -X -q -A -t -w
PGAPPNAME="$2 end" PGOPTIONS="$PGOPTIONS -c search_path=pg_catalog" psql -X -q -A -t -w -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$2'" >/dev/null 2>&1`;

/**
 * Starts psql in a container through the engine's exec API, and keeps it open.
 *
 * When this program is killed, the engine closes psql's standard input. A psql that waits for input ends at that; one
 * that waits for its server goes on waiting, for a lock for example. The run's second psql (the `watch`) is hardly
 * ever waiting for its server, and once it has ended, however it did, the shell around it ends the worker's backend.
 */
export async function startPsql(
  container: Dockerode.Container,
  options: { user: string; database: string; part: Part; run: string; connectTimeoutSeconds: number },
): Promise<PsqlTransport> {
  const exec = await container.exec({
    Cmd: ['sh', '-c', START_PSQL, 'psql', options.part, options.run],
    // A database named in an argument would be read as a connection string where it looks like one (`a=b`, `postgres://`), and what libpq itself
    // has to say is read here, so it has to be in English.
    Env: [
      `PGUSER=${options.user}`,
      `PGDATABASE=${options.database}`,
      'LC_ALL=',
      'LC_MESSAGES=C',
      'LANGUAGE=C',
      'PGCLIENTENCODING=UTF8',
      `PGCONNECT_TIMEOUT=${options.connectTimeoutSeconds}`,
      `PGOPTIONS=${startupOptions}`,
      `PGAPPNAME=${options.part === 'worker' ? options.run : `${options.run} ${options.part}`}`,
    ],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // A terminal would translate newlines and merge the two outputs.
    Tty: false,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: false });
  return new DockerExec(exec, stream);
}

class DockerExec implements PsqlTransport {
  private readonly endListeners: (() => void)[] = [];
  private readonly watchdog: NodeJS.Timeout;
  private over = false;

  constructor(
    private readonly exec: Dockerode.Exec,
    private readonly stream: NodeJS.ReadWriteStream & { destroy(): void },
  ) {
    stream.on('end', () => this.end());
    stream.on('close', () => this.end());
    stream.on('error', () => this.end());
    this.watchdog = setInterval(() => void this.askAfter(), WATCHDOG_MS);
    this.watchdog.unref();
  }

  write(text: string): void {
    if (!this.over) this.stream.write(text);
  }

  onOutput(listener: (channel: 'stdout' | 'stderr', text: string) => void): void {
    const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
    const demultiplexer = new Demultiplexer((channel, bytes) => listener(channel, decoders[channel].write(bytes)));
    this.stream.on('data', (bytes: Buffer) => demultiplexer.push(bytes));
  }

  onEnd(listener: () => void): void {
    this.endListeners.push(listener);
  }

  async close(): Promise<void> {
    const deadline = Date.now() + CLOSE_MS;
    // Where psql does not leave, neither may the engine answer.
    const late = sleep(CLOSE_MS, false);
    while (Date.now() < deadline && (await Promise.race([this.isRunning(), late]))) await sleep(20);
    this.abandon();
  }

  abandon(): void {
    this.end();
    this.stream.destroy();
  }

  private async isRunning(): Promise<boolean> {
    try {
      return (await this.exec.inspect()).Running;
    } catch (error) {
      // Podman forgets an exec soon after its end. An engine that does not answer says nothing of psql.
      return error instanceof EngineSilent;
    }
  }

  private async askAfter(): Promise<void> {
    if (!(await this.isRunning())) this.end();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watchdog);
    for (const listener of this.endListeners) listener();
  }
}
