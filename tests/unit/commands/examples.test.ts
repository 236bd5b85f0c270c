import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commands } from '../../../src/commands/definitions.js';
import { examples } from '../../../src/commands/program.js';
import { commandsOf, parsed } from '../../support/command-lines.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** Lines of code blocks that begin with the command, and commands in running text. Capitals stand for something to fill in. */
const inReadme = [...readme.matchAll(/^\$? ?(yokeflow-upgrade\b.*)$|`(yokeflow-upgrade\b[^`]*)`/gm)]
  .map(([, line, inline]) => (line ?? inline ?? '').replace(/\bCOMMAND\b/, 'status').replace(/ #.*/, ''));

it('the README is read', () => {
  expect(inReadme).toContain('yokeflow-upgrade --yes --json');
});

it.each([...new Set([...examples.map(([line]) => line), ...commands.flatMap((command) => command.examples.map(([line]) => line)), ...inReadme])])('%s can be parsed', async (line) => {
  const calls = commandsOf(line);
  expect(calls).not.toEqual([]);
  for (const words of calls) expect(await parsed(words)).not.toHaveProperty('complaint');
});

it.each(commands)('the examples of $name are of that command', async ({ name, examples: own }) => {
  expect(own.length).toBeGreaterThan(0);
  for (const [line] of own) for (const words of commandsOf(line)) expect(await parsed(words)).toMatchObject({ command: name });
});
