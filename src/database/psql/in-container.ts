import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../session.js';
import { EngineSilent } from '../container/engine-silent.js';
import type { ContainerExec, ContainerHost } from '../container/host.js';
import { FIND_SERVER, portOf, READ_PASSWORD } from '../password-in-container.js';
import { startupOptions } from '../pinned-settings.js';
import type { DockerTarget } from '../target.js';
import type { PsqlTransport } from './transport.js';

/** How often a silent psql is asked after, in ms: a half-open connection to a remote engine reports nothing by itself. */
const WATCHDOG_MS = 5000;
/** How long psql may take to leave after \q, in ms. */
const CLOSE_MS = 2000;

/** Runs in the container. */
const START_PSQL = `${FIND_SERVER}
command -v psql >/dev/null 2>&1 || { echo 'psql: not found in this container' >&2; exit 127; }
${READ_PASSWORD}
if [ "$1" != watch ]; then exec psql -X -q -A -t -w; fi
psql -X -q -A -t -w
PGAPPNAME="$2 end" PGOPTIONS="$PGOPTIONS -c search_path=pg_catalog" psql -X -q -A -t -w -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$2'" >/dev/null 2>&1`;

interface PsqlOptions extends Pick<DockerTarget, 'user' | 'database' | 'port' | 'account'> {
  readonly part: Part;
  readonly run: string;
  readonly connectTimeoutSeconds: number;
}

/**
 * Starts psql in a container, and keeps it open.
 *
 * When this program is killed, psql's standard input is closed. A psql that waits for input ends at that; one
 * that waits for its server goes on waiting, for a lock for example. The run's second psql (the `watch`) is hardly
 * ever waiting for its server, and once it has ended, however it did, the shell around it ends the worker's backend.
 * @throws the engine's own error
 */
export async function startPsql(host: ContainerHost, container: string, options: PsqlOptions): Promise<PsqlTransport> {
  return new PsqlInContainer(
    await host.exec(container, {
      args: ['sh', '-c', START_PSQL, 'psql', options.part, options.run],
      // A database named in an argument would be read as a connection string where it looks like one (`a=b`, `postgres://`), and what libpq itself
      // has to say is read here, so it has to be in English.
      env: {
        PGUSER: options.user,
        PGDATABASE: options.database,
        LC_ALL: '',
        LC_MESSAGES: 'C',
        LANGUAGE: 'C',
        PGCLIENTENCODING: 'UTF8',
        PGCONNECT_TIMEOUT: String(options.connectTimeoutSeconds),
        PGOPTIONS: startupOptions,
        PGAPPNAME: options.part === 'worker' ? options.run : `${options.run} ${options.part}`,
        ...portOf(options),
      },
      ...(options.account !== undefined && { account: options.account }),
      hasInput: true,
    }),
  );
}

class PsqlInContainer implements PsqlTransport {
  private readonly endListeners: (() => void)[] = [];
  private readonly watchdog: NodeJS.Timeout;
  private over = false;

  constructor(private readonly exec: ContainerExec) {
    this.watchdog = setInterval(() => void this.askAfter(), WATCHDOG_MS);
    this.watchdog.unref();
  }

  write(text: string): void {
    if (!this.over) this.exec.input.write(text);
  }

  onOutput(listener: (channel: 'stdout' | 'stderr', text: string) => void): void {
    void this.read(listener).then(
      () => this.end(),
      () => this.end(),
    );
  }

  onEnd(listener: () => void): void {
    this.endListeners.push(listener);
  }

  async close(): Promise<void> {
    // Its output ends with it. Where it does not leave, the engine may not answer either.
    const over = new AbortController();
    const late = sleep(CLOSE_MS, undefined, { signal: over.signal }).catch(() => undefined);
    this.onEnd(() => over.abort());
    if (!this.over) await late;
    over.abort();
    this.abandon();
  }

  abandon(): void {
    this.end();
    this.exec.abandon();
  }

  private async read(listener: (channel: 'stdout' | 'stderr', text: string) => void): Promise<void> {
    const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
    for await (const { channel, bytes } of this.exec.output) listener(channel, decoders[channel].write(bytes));
  }

  private async mayRun(): Promise<boolean> {
    return this.exec.isRunning().catch((error: unknown) => error instanceof EngineSilent);
  }

  private async askAfter(): Promise<void> {
    if (!(await this.mayRun())) this.end();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watchdog);
    for (const listener of this.endListeners) listener();
  }
}
