import { release110 } from './1.1.0/index.js';
import { release111 } from './1.1.1/index.js';
import { release140 } from './1.4.0/index.js';
import type { Release } from './release.js';

/** The oldest release known. Its schema is the base: what every 1.x release has. */
export const firstRelease: Release = { version: '1.0.0', sameSchemaAs: [], installedWhole: true, steps: [] };

/** Every release, oldest first. Adding one: see CONTRIBUTING.md. */
export const releases: readonly Release[] = [firstRelease, release110, release111, release140];
