import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { errorCodes } from '../../../src/errors/codes.js';
import { explain } from '../../../src/errors/explanations.js';
import { examples } from '../../../src/cli/program.js';
import { commandsOf, parsed } from '../../support/command-lines.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const docs = existsSync(`${root}docs`)
  ? readdirSync(`${root}docs`)
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`)
  : [];
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs].map((file) =>
  readFileSync(`${root}${file}`, 'utf8'),
);
const explanations = errorCodes.map((code) => JSON.stringify(explain(code)));

/** Lines of code blocks that begin with the command, and commands in running text. Capitals stand for something to fill in. */
const written = [
  ...[...pages, ...explanations].join('\n').matchAll(/^\$? ?(yokeflow-upgrade\b.*)$|`(yokeflow-upgrade\b[^`]*)`/gm),
].map(([, line, inline]) =>
  (line ?? inline ?? '')
    .replace(/\bCOMMAND\b/, 'status')
    .replace(/ #.*/, '')
    .replace(' "$@"', ''),
);

it('pages and explanations are read', () => {
  expect(written).toEqual(
    expect.arrayContaining(['yokeflow-upgrade --yes --json', 'yokeflow-upgrade restore FILE --while-running']),
  );
});

it.each([
  ...new Set([
    ...examples.map(([line]) => line),
    ...commands.flatMap((command) => command.examples.map(([line]) => line)),
    ...written,
  ]),
])('%s can be parsed', async (line) => {
  const calls = commandsOf(line);
  expect(calls).not.toEqual([]);
  for (const words of calls) expect(await parsed(words)).not.toHaveProperty('complaint');
});

it.each(commands)('the examples of $name are of that command', async ({ name, examples: own }) => {
  expect(own.length).toBeGreaterThan(0);
  for (const [line] of own)
    for (const words of commandsOf(line)) expect(await parsed(words)).toMatchObject({ command: name });
});
