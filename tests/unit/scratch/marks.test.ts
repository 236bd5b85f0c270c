import { expect, it } from 'vitest';
import { judgeLeftovers, MARK_LIMIT, markStatement, type Marked } from '../../../src/scratch/marks.js';
import { scratchName, type Purpose } from '../../../src/scratch/names.js';

const older = {
  restore: 'yokeflow-upgrade: a restore in the making',
  rehearsal: 'yokeflow-upgrade: a copy to rehearse on',
};
const markOf = (name: string, database: string, purpose: Purpose, oid = 7) =>
  /IS E?'(.*)'$/s
    .exec(markStatement({ oid, name }, database, purpose, new Date('2026-11-25T10:00:00Z')))![1]!
    .replaceAll("''", "'")
    .replaceAll('\\\\', '\\');
const plain = (name: string, comment: string | null = null, connectionLimit = -1, oid = 7): Marked => ({
  oid,
  name,
  comment,
  connectionLimit,
});
const judge = (database: string, purpose: Purpose, ...all: Marked[]) => {
  const { ours, alike } = judgeLeftovers([plain(database), ...all], database, purpose);
  return { ours: ours.map(({ name }) => name), alike: alike.map(({ name }) => name) };
};

const databases = [
  'yokeflow',
  'Yoke "Flow" 100%_\\x',
  "it's",
  'ö'.repeat(31),
  'y'.repeat(63),
  `${'z'.repeat(44)}👩‍👩‍👧‍👦`,
];
const purposes: Purpose[] = ['restore', 'rehearsal'];

it.each(databases.flatMap((database) => purposes.map((purpose) => [database, purpose] as const)))(
  'of %s, what a killed %s left is ours with either mark, and with both',
  (database, purpose) => {
    const name = scratchName(database, purpose);
    const mark = markOf(name, database, purpose);
    expect(judge(database, purpose, plain(name, null, MARK_LIMIT))).toEqual({ ours: [name], alike: [] });
    expect(judge(database, purpose, plain(name, mark, MARK_LIMIT))).toEqual({ ours: [name], alike: [] });
    // A DROP that was cut off leaves the limit at -2 ("DROP DATABASE", from 16 on).
    expect(judge(database, purpose, plain(name, mark, -2))).toEqual({ ours: [name], alike: [] });
    expect(judge(database, purpose === 'restore' ? 'rehearsal' : 'restore', plain(name, mark, MARK_LIMIT))).toEqual({
      ours: [],
      alike: [],
    });
    expect(judge(`${database.slice(0, -1)}q`, purpose, plain(name, mark, MARK_LIMIT))).toEqual({ ours: [], alike: [] });
  },
);

const name = scratchName('yokeflow', 'restore');
it.each<[string, Marked]>([
  ['a date', plain('yokeflow_restore_20251101')],
  ['eight hexadecimal digits without a comment', plain('yokeflow_restore_1a2b3c4d')],
  ["such with a comment of the user's", plain('yokeflow_restore_1a2b3c4d', 'mine')],
  ['sixteen letters that are not ours', plain('yokeflow_restore_abcdefghijklmnop')],
  ['our name without any mark, as a dump and restore of it under the same name', plain(name)],
  ["our name with a comment of the user's", plain(name, 'keep this', MARK_LIMIT)],
  [
    'our name with the comment of another database, copied by pg_dump --create',
    plain(name, markOf(name, 'yokeflow', 'restore', 8)),
  ],
  ['another name with our comment', plain('saved', markOf('saved', 'yokeflow', 'restore'))],
  ['another name with the comment of an older version', plain('saved', older.restore)],
])('%s is left alone and named', (_, found) => {
  expect(judge('yokeflow', 'restore', found)).toEqual({ ours: [], alike: [found.name] });
});

it.each([
  'yokeflow2',
  'yokeflow_before_restore_20261123_021931',
  'yokeflow_restore',
  'yokeflow_restore_test',
  'xyokeflow_restore_1a2b3c4d',
  'YOKEFLOW_restore_20251101',
  'yokeflow_restore_1a2b3c4d5',
  'yokeflow_rehearsal_1a2b3c4d',
])("%s is nobody's business", (other) => {
  expect(judge('yokeflow', 'restore', plain(other))).toEqual({ ours: [], alike: [] });
});

it('what an older version left is ours with its comment, however long the name was', () => {
  const cutByThem = (database: string, ending: string) => {
    let start = database;
    while (Buffer.byteLength(start + ending) > 63) start = start.slice(0, -1);
    return start + ending;
  };
  for (const database of databases) {
    for (const purpose of purposes) {
      const left = Buffer.from(cutByThem(database, `_${purpose}_1a2b3c4d`)).toString();
      expect(judge(database, purpose, plain(left, older[purpose])), left).toEqual({ ours: [left], alike: [] });
    }
  }
  // Whose it is cannot be told where two databases begin alike: neither run drops it.
  const [one, two] = [`${'l'.repeat(50)}_one`, `${'l'.repeat(50)}_two`];
  const left = plain(cutByThem(one, '_restore_1a2b3c4d'), older.restore);
  for (const [database, other] of [
    [one, two],
    [two, one],
  ] as const)
    expect(judge(database, 'restore', plain(other), left)).toEqual({ ours: [], alike: [left.name] });
});
