import type { Release } from '../release.js';
import { checks } from './checks.js';

export const release150: Release = {
  version: '1.5.0',
  sameSchemaAs: [],
  installedWhole: false,
  steps: [
    {
      id: '013_session_notes',
      release: '1.5.0',
      system: 'notes',
      title: 'notes on sessions',
      without: ['Sessions cannot be annotated or archived'],
      file: '1.5.0/013_session_notes.sql',
      labels: [{ type: 'session_status', label: 'archived' }],
      replaces: [],
      undo: {
        file: '1.5.0/undo/013_session_notes.sql',
        relabels: [{ table: 'sessions', column: 'status', from: ['archived'], to: 'completed' }],
      },
      checks: checks['013_session_notes'],
      probes: [
        {
          id: 'probe.session_notes',
          title: 'A session is annotated and archived',
          file: '1.5.0/probes/session_notes.sql',
          needsLabels: true,
          needs: ['update sessions'],
        },
      ],
    },
  ],
};
