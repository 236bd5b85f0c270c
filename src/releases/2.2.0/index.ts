import type { Release } from '../release.js';
import { brownfield } from './brownfield.js';

export const release220: Release = { version: '2.2.0', sameSchemaAs: [], installedWhole: true, steps: [brownfield] };
