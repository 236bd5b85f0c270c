import { fileURLToPath } from 'node:url';
import { docker } from './docker.js';
import { providedImage } from './image.js';
import { runProgram } from './run-program.js';

const buildScript = fileURLToPath(new URL('./tool-image/build.sh', import.meta.url));

/** What tool-image/build.sh makes of the Dockerfile. */
export const toolImage = 'yokeflow-upgrade-test-tool';

/**
 * Builds the project's own image as the sources are now: half a minute, or seconds where its packages are the same as last time.
 * @throws {Error} with what the build said
 */
export async function builtToolImage(): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { exitCode, stdout, stderr } = await runProgram(buildScript, [toolImage, await providedImage(docker)], { env });
  if (exitCode !== 0) throw new Error(`building ${toolImage} failed:\n${stdout}${stderr}`);
  return toolImage;
}
