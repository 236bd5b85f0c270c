import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';

/** The image of YokeFlow's own compose file. */
export const officialImage = 'postgres:16-alpine';
/** What image/build.sh makes where that one can be had from nowhere. */
export const builtImage = 'yokeflow-upgrade-test-postgres:15';

const buildScript = fileURLToPath(new URL('./image/build.sh', import.meta.url));

/** The PostgreSQL image to test with, if the engine has one already. */
export async function presentImage(docker: Docker): Promise<string | undefined> {
  for (const name of [officialImage, builtImage]) {
    if (await isPresent(docker, name)) return name;
  }
  return undefined;
}

/**
 * The PostgreSQL image to test with: present, else pulled, else built from Debian packages (about a minute).
 * @throws {Error} when none of the three is possible, with what each one said.
 */
export async function providedImage(docker: Docker): Promise<string> {
  const present = await presentImage(docker);
  if (present) return present;
  const refusal = await pull(docker, officialImage, 120_000);
  if (refusal === undefined) return officialImage;
  await build(`${officialImage} cannot be pulled (${refusal})`);
  return builtImage;
}

async function isPresent(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => (error.statusCode === 404 ? false : Promise.reject(error as Error)),
    );
}

async function pull(docker: Docker, name: string, milliseconds: number): Promise<string | undefined> {
  const abortSignal = AbortSignal.timeout(milliseconds);
  try {
    const progress = await docker.pull(name, { abortSignal });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
      abortSignal.addEventListener('abort', () => reject(new Error(`not done after ${milliseconds / 1000} s`)));
    });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

async function build(reason: string): Promise<void> {
  const script = spawn(buildScript, [builtImage], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [script.stdout, script.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [status] = (await once(script, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${reason}, and building ${builtImage} failed:\n${output.slice(-3000)}`);
}
