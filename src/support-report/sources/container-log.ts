import { Demultiplexer } from '../../database/psql/demultiplexer.js';
import { releases } from '../../releases/registry.js';
import type { Redactor } from '../redaction/redactor.js';
import type { LogFacts } from '../facts.js';
import type { OpenDocker } from './docker.js';

/** How many lines the report shows. */
const SHOWN_LINES = 200;
/** As many more are read before them: what a line means for redaction can depend on those before it. */
const READ_LINES = 2 * SHOWN_LINES;

/** Words of YokeFlow's enum types, which an error may name. */
const labels: ReadonlySet<string> = new Set(
  releases.flatMap(({ steps }) => steps).flatMap(({ labels }) => labels.map(({ label }) => label)),
);

/**
 * The last lines of a container's log, running or stopped.
 * @throws the engine's own error, also for a container whose logging driver cannot be read
 */
export async function containerLog({ docker, container }: OpenDocker, redactor: Redactor): Promise<LogFacts> {
  if (container === undefined) throw new Error('there is no container');
  const bytes = await docker
    .getContainer(container.Id)
    .logs({ stdout: true, stderr: true, follow: false, tail: READ_LINES });
  const lines = redactor.log(textOf(bytes, container.Config.Tty), labels);
  return { lines: lines.slice(-SHOWN_LINES), cut: lines.length > SHOWN_LINES };
}

/** A container with a terminal has one raw stream, any other a multiplexed one. */
function textOf(bytes: Buffer, tty: boolean): string {
  if (tty) return bytes.toString('utf8');
  const chunks: Buffer[] = [];
  new Demultiplexer((_channel, chunk) => chunks.push(chunk)).push(bytes);
  return Buffer.concat(chunks).toString('utf8');
}
