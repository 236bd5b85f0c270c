import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { sourceText } from '../errors/source.js';

const entry = readFileSync(new URL('../../../src/cli.ts', import.meta.url), 'utf8');

it('what a Node that can load nothing is told knows every command and the version that package.json asks for', () => {
  const [, names = ''] = /const commands = \[([^\]]*)\]/.exec(entry) ?? [];
  expect([...names.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(commands.map(({ name }) => name));
  const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  const [, major, minor] = /NEEDED = \[(\d+), (\d+)\]/.exec(entry) ?? [];
  expect(engines.node).toBe(`>=${major}.${minor}`);
});

it('the entry is a script that declares and imports nothing, so that TypeScript makes no module of it', () => {
  expect(entry).not.toMatch(/^(?:import|export|const|let|function|class)\b/m);
});

it('temporary folders are made in one place, which says what is wrong with theirs', () => {
  expect(sourceText().match(/\bmkdtemp\(/g)).toHaveLength(1);
  expect(sourceText().match(/process\.cwd\(\)/g)).toHaveLength(1);
});
