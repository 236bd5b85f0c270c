import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { partialName, removePartials, removeTemporary, temporaryPrefix } from '../../../src/backup/remains.js';
import { ownerOf, ownerTag } from '../../../src/machine/owner-tag.js';
import type { Progress } from '../../../src/engine/progress.js';
import { temporaryFolder } from '../../support/folder.js';

const NAME = 'yokeflow-1.3.0-20261123T021931Z';
const mine = ownerTag();
const [machine, boot, namespace, , start] = mine.split('-');

/** The tag of a process that has ended. */
async function tagOfTheGone(): Promise<string> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return [machine, boot, namespace, child.pid, start].join('-');
}

async function sweep(work: (on: (progress: Progress) => void) => Promise<void>) {
  const told: Progress[] = [];
  await work((progress) => told.push(progress));
  const last = (path: string) => path.split('/').at(-1);
  return {
    removed: told.flatMap((one) => (one.phase === 'removed' ? [last(one.name)] : [])).sort(),
    named: told.flatMap((one) => (one.phase === 'noted' ? [last(one.finding.subject ?? '')] : [])).sort(),
  };
}

it('tells a running process from one that is gone, and neither from one of which it cannot know', async () => {
  expect(ownerOf(mine)).toBe('running');
  expect(ownerOf(await tagOfTheGone())).toBe('gone');
  expect(ownerOf(mine.replace(machine!, '0123abcd'))).toBe('unknown');
  for (const nonsense of ['', '1', `${mine}-1`, `x${mine}`]) expect(ownerOf(nonsense), nonsense).toBe('unknown');
});

it.runIf(process.platform === 'linux')(
  'knows that another boot ended it, that another begins under its number, and nothing of another namespace',
  () => {
    expect(ownerOf([machine, '0123abcd', namespace, process.pid, start].join('-'))).toBe('gone');
    expect(ownerOf([machine, boot, namespace, process.pid, '1'].join('-'))).toBe('gone');
    expect(ownerOf([machine, boot, '0123abcd', process.pid, start].join('-'))).toBe('unknown');
  },
);

it('removes the unfinished backups of killed runs, leaves those in use, and names what it cannot tell', async () => {
  const [folder, gone] = [temporaryFolder(), await tagOfTheGone()];
  const left = [
    `${NAME}.${gone}.partial`,
    `${NAME}-2.${gone}.partial`,
    `other-db-unknown-20261123T021931Z.${gone}.partial`,
  ];
  const named = [`${NAME}.partial`, `${NAME}.${gone.replace(machine!, '0123abcd')}.partial`];
  const untouched = [
    partialName(NAME),
    `${NAME}.dump`,
    'mine.partial',
    `${gone}.partial`,
    `${NAME}.${gone}.partial.gz`,
  ];
  for (const name of [...left, ...named, ...untouched]) writeFileSync(join(folder, name), 'rows');
  const elsewhere = join(temporaryFolder(), 'precious');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, join(folder, `${NAME}-3.${gone}.partial`));
  mkdirSync(join(folder, `${NAME}-4.${gone}.partial`));
  expect(await sweep((on) => removePartials(folder, on))).toEqual({
    removed: [...left].sort(),
    named: [...named].sort(),
  });
  for (const name of [...named, ...untouched, `${NAME}-4.${gone}.partial`])
    expect(existsSync(join(folder, name)), name).toBe(true);
  expect(existsSync(elsewhere)).toBe(true);
  expect(await sweep((on) => removePartials(join(folder, 'none'), on))).toEqual({ removed: [], named: [] });
});

it('removes the temporary folders of killed runs, leaves those in use, and names what holds something else', async () => {
  const [parent, gone] = [temporaryFolder(), await tagOfTheGone()];
  const make = (name: string, ...files: string[]) => {
    mkdirSync(join(parent, name));
    for (const file of files) writeFileSync(join(parent, name, file), 'rows');
    return name;
  };
  const left = [
    make(`yokeflow-upgrade-rehearsal-${gone}-abcDEF`, `${NAME}.dump`, `${NAME}.${gone}.partial`),
    make(`yokeflow-upgrade-rehearsal-${gone}-000000`),
    make(`yokeflow-upgrade-tls-${gone}-abcDEF`, 'client.key', 'root.crt'),
  ];
  const named = [
    make('yokeflow-upgrade-rehearsal-abcDEF', `${NAME}.dump`),
    make(`yokeflow-upgrade-rehearsal-${gone}-strang`, 'letters.txt'),
    make(`yokeflow-upgrade-rehearsal-${gone.replace(machine!, '0123abcd')}-abcDEF`),
  ];
  make(`${temporaryPrefix()}abcDEF`, `${NAME}.dump`);
  make('yokeflow-upgrade-rehearsal-notes', 'letters.txt');
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'precious.dump'), 'precious');
  symlinkSync(elsewhere, join(parent, `yokeflow-upgrade-rehearsal-${gone}-linked`));
  mkdirSync(join(parent, `yokeflow-upgrade-rehearsal-${gone}-inside`));
  symlinkSync(elsewhere, join(parent, `yokeflow-upgrade-rehearsal-${gone}-inside`, 'a.dump'));
  named.push(`yokeflow-upgrade-rehearsal-${gone}-inside`);
  expect(await sweep((on) => removeTemporary(on, parent))).toEqual({
    removed: [...left].sort(),
    named: [...named].sort(),
  });
  expect(existsSync(join(elsewhere, 'precious.dump'))).toBe(true);
  for (const name of [...named, `${temporaryPrefix()}abcDEF`, 'yokeflow-upgrade-rehearsal-notes'])
    expect(existsSync(join(parent, name)), name).toBe(true);
});

it.runIf(process.getuid?.() === 0)("leaves another user's alone, without a word", async () => {
  const [folder, gone] = [temporaryFolder(), await tagOfTheGone()];
  const file = join(folder, `${NAME}.${gone}.partial`);
  writeFileSync(file, 'rows');
  const other = join(folder, `yokeflow-upgrade-rehearsal-${gone}-abcDEF`);
  mkdirSync(other);
  for (const path of [file, other]) chownSync(path, 65534, 65534);
  expect(
    await sweep(async (on) => {
      await removePartials(folder, on);
      await removeTemporary(on, folder);
    }),
  ).toEqual({ removed: [], named: [] });
  expect([existsSync(file), existsSync(other)]).toEqual([true, true]);
});
