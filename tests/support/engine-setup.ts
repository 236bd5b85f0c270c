import { docker, engineFailure, removeTestContainers } from './docker.js';
import { providedImage } from './image.js';

/** Before the Docker tests: an image to test with, and none of the containers of an earlier run. */
export default async function setup(): Promise<(() => Promise<void>) | void> {
  // Without an engine the tests themselves say so, or fail (engine.ts).
  if ((await engineFailure()) !== undefined) return;
  await removeTestContainers();
  await providedImage(docker);
  return () => removeTestContainers();
}
