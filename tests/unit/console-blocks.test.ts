import { expect, it } from 'vitest';
import { canonical } from '../support/docs/canonical.js';
import { rerun, type Ground } from '../support/docs/console-blocks.js';

function ground(output: Record<string, string>): Ground & { used: string[] } {
  const used: string[] = [];
  return {
    used,
    use: async (fixture) => {
      used.push(fixture);
    },
    run: async (line) => output[line] ?? `ran ${line}`,
  };
}

it('puts what is printed now in the place of what stood there, and leaves the rest as it is', async () => {
  const page =
    '# Page\n<!-- fixture: one -->\n```console\n$ a --b\nold\n$ c\n```\ntext\n```sh\n$ not run\n```\n<!-- fixture: two three -->\n```console\n$ d\n```\nend\n';
  const on = ground({ 'a --b': 'first\nsecond' });
  const rerunPage = await rerun(page, on);
  expect(rerunPage).toBe(page.replace('old\n$ c', 'first\nsecond\n$ c\nran c').replace('$ d', '$ d\nran d'));
  expect(on.used).toEqual(['one', 'two three']);
  expect(await rerun(rerunPage, on)).toBe(rerunPage);
});

it('leaves lines out where they were left out', async () => {
  const page = (before: string) => `\`\`\`console\n$ a\n${before}\n\`\`\``;
  const lines = '1\n2\n3\n4\n5';
  expect(await rerun(page('x\n[...]\ny\nz'), ground({ a: lines }))).toBe(page('1\n[...]\n4\n5'));
  expect(await rerun(page('[...]\ny'), ground({ a: lines }))).toBe(page('[...]\n5'));
  expect(await rerun(page('x\n[...]\ny'), ground({ a: '1' }))).toBe(page('1'));
});

it('a page on which nothing is run is an error', async () => {
  await expect(rerun('```console\nyokeflow-upgrade status\n```\n', ground({}))).rejects.toThrow('console block');
});

it('what differs from run to run is told the same each time', () => {
  expect(
    canonical(
      '\n PostgreSQL 15.14, 10 MB in /tmp/x1/y, 3 s, 0.1 s, pid 12, made 2026-01-02 03:04:05 UTC: db_20260102_030405 and a-20260102T030405Z.dump\n',
      [['/tmp/x1', '/home/you']],
    ),
  ).toBe(
    'PostgreSQL 16.4, 9.1 MB in /home/you/y, 12 s, 0.4 s, pid 4711, made 2026-11-23 10:04 UTC: db_20261123_100400 and a-20261123T100400Z.dump',
  );
});
