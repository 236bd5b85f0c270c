import type { Release } from '../release.js';

export const release210: Release = { version: '2.1.0', sameSchemaAs: [], installedWhole: true, steps: [] };
