import { expect, it } from 'vitest';
import { isScratchName, keptName, scratchName } from '../../../src/scratch/names.js';

const now = new Date('2026-11-23T02:19:31.987Z');
const names = [
  'yokeflow',
  'y'.repeat(63),
  'y'.repeat(40),
  'ö'.repeat(31),
  '漢'.repeat(21),
  `${'x'.repeat(33)}👩‍👩‍👧‍👦 family`,
  `${'x'.repeat(36)}e\u0301\u0301`,
  'Say "%_\\\' it',
  ' ',
];

it('names say what a database is, and end in letters that no date can be', () => {
  expect(scratchName('yokeflow', 'restore')).toMatch(/^yokeflow_restore_[a-z]{16}$/);
  expect(scratchName('yokeflow', 'rehearsal')).toMatch(/^yokeflow_rehearsal_[a-z]{16}$/);
  expect(keptName('yokeflow', now)).toBe('yokeflow_before_restore_20261123_021931');
  expect(keptName('yokeflow', now, ['yokeflow_before_restore_20261123_021931'])).toBe(
    'yokeflow_before_restore_20261123_021931_2',
  );
});

it.each(names)('are never longer than PostgreSQL keeps, and cut between characters: %s', (database) => {
  for (const name of [scratchName(database, 'restore'), scratchName(database, 'rehearsal'), keptName(database, now)]) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(Buffer.from(name).toString()).toBe(name);
    const start = name.replace(/(_restore_[a-z]{16}|_rehearsal_[a-z]{16}|_before_restore_\d{8}_\d{6})$/, '');
    expect(start).not.toBe(name);
    const characters = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(database)].map(
      ({ segment }) => segment,
    );
    expect(characters.map((_, count) => characters.slice(0, count + 1).join(''))).toContain(start);
  }
});

it('a name proves which database and which purpose it is for, also where the names of two begin alike', () => {
  const long = names.map((name) => `${'long'.repeat(11)}${name}`.slice(0, 60));
  for (const database of [...names, ...long]) {
    const name = scratchName(database, 'restore');
    expect([...new Set([...names, ...long])].filter((other) => isScratchName(name, other, 'restore'))).toEqual([
      database,
    ]);
    expect(isScratchName(name, database, 'rehearsal')).toBe(false);
  }
  for (const name of [
    'yokeflow_restore_20251101',
    'yokeflow_restore_1a2b3c4d',
    'yokeflow_restore_beforechristmass',
    'yokeflow_restore_abcdefghabcdefgh',
    'yokeflow_restore_',
    'yokeflow',
  ]) {
    expect(isScratchName(name, 'yokeflow', 'restore'), name).toBe(false);
  }
});
