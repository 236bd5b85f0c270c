import type { Release } from '../release.js';

export const release220: Release = { version: '2.2.0', sameSchemaAs: [], installedWhole: true, steps: [] };
