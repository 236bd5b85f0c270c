import { join } from 'node:path';
import { fileFailure, type Surroundings } from '../../machine/surroundings.js';

/** The folder of the `docker` command's configuration: DOCKER_CONFIG, else `~/.docker`. */
export function configFolder(from: Surroundings): string {
  return from.env['DOCKER_CONFIG'] || join(from.home, '.docker');
}

/**
 * The context that `docker context use` chose, or undefined for none or "default".
 * @throws {Error} naming the file, when config.json is there and cannot be read
 */
export function currentContext(from: Surroundings): string | undefined {
  const path = join(configFolder(from), 'config.json');
  if (!from.exists(path)) return undefined;
  const name = (readJson(path, from) as { currentContext?: unknown } | null)?.currentContext;
  return typeof name === 'string' && name !== '' && name !== 'default' ? name : undefined;
}

/**
 * A JSON file of the docker command's.
 * @throws {Error} with a message that names the file and the reason, and nothing of its content
 */
export function readJson(path: string, from: Surroundings): unknown {
  let text: string;
  try {
    text = from.readText(path);
  } catch (cause) {
    throw new Error(`${path}: ${fileFailure(cause)}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the file, and config.json may hold registry passwords.
    throw new Error(`${path} is not JSON`);
  }
}
