import { expect, it } from 'vitest';
import { keptName, scratchName } from '../../../src/scratch/names.js';

const now = new Date('2026-11-23T02:19:31.987Z');

it('names say what a database is', () => {
  expect(scratchName('yokeflow', 'restore', '1a2b3c4d')).toBe('yokeflow_restore_1a2b3c4d');
  expect(keptName('yokeflow', now)).toBe('yokeflow_before_restore_20261123_021931');
});

it('are never longer than PostgreSQL keeps, so that it cuts off no ending', () => {
  for (const database of ['y'.repeat(63), 'ö'.repeat(31), '漢'.repeat(21)]) {
    for (const [name, ending] of [[scratchName(database, 'restore', '1a2b3c4d'), '_restore_1a2b3c4d'], [keptName(database, now), '_before_restore_20261123_021931']] as const) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      expect(name.endsWith(ending)).toBe(true);
      expect(database.startsWith(name.slice(0, -ending.length))).toBe(true);
    }
  }
});
