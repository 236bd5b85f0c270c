import type { Release } from '../release.js';
import { pausedSessions } from './paused-sessions.js';
import { sessionCheckpoints } from './session-checkpoints.js';

export const release140: Release = {
  version: '1.4.0',
  sameSchemaAs: [],
  installedWhole: false,
  steps: [pausedSessions, sessionCheckpoints],
};
