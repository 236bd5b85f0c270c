import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the package brings what it reads and what it promises', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const folder of ['schema', 'sql', 'fixtures/schemas', 'fixtures/rows']) {
    const own = readdirSync(`${root}/${folder}`, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(
      paths.filter((path) => path.startsWith(`${folder}/`)),
      folder,
    ).toHaveLength(own.length);
  }
  expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'schema/outcome-1.schema.json']));
});
