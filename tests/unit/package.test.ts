import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { packedFiles } from '../support/packed-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the package brings what it reads and what it promises', () => {
  const paths = packedFiles(root);
  const own = ['schema', 'sql', 'fixtures'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  // The cases and the containers are the tests' alone.
  const read = own.filter((path) => !/^fixtures\/(containers\/|.*\/cases\.json$)/.test(path));
  expect(paths.filter((path) => own.includes(path)).sort()).toEqual(read.sort());
  expect(paths).toEqual(
    expect.arrayContaining([
      'README.md',
      'LICENSE',
      'docs/errors.md',
      'docs/wizard.svg',
      'schema/outcome-1.schema.json',
    ]),
  );
});
