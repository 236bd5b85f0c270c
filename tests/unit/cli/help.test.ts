import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/definitions.js';
import { valueKinds } from '../../../src/cli/options.js';
import { programFor } from '../../../src/cli/program.js';

function helpOf(name: string | undefined, columns: number): string {
  const program = programFor(() => Promise.resolve());
  const command = name === undefined ? program : (program.commands.find((one) => one.name() === name) as Command);
  return command.configureOutput({ getOutHelpWidth: () => columns }).helpInformation();
}

const names = [undefined, ...commands.map(({ name }) => name)];

describe.each(names)('the help of %s', (name) => {
  it.each([40, 60, 80, 200])('fits into %i columns, but for examples, which are not broken', (columns) => {
    const lines = helpOf(name, columns).split('\n');
    const long = lines.filter((line) => line.length > columns && !line.startsWith('  yokeflow-upgrade'));
    expect(long).toEqual([]);
    expect(lines.every((line) => line.length < 110)).toBe(true);
  });

  it('says what for, how, and shows the examples before the details', () => {
    const help = helpOf(name, 80);
    expect(help).toMatch(
      /^[A-Z][\s\S]*?\.\n\nUsage: yokeflow-upgrade [\s\S]*?\n\nExamples:\n {2}yokeflow-upgrade[\s\S]*\n\n[\s\S]*\n\nExit codes: 0 done; /,
    );
    const headings = [...help.matchAll(/^(\w[\w ]*):$/gm)].map(([, heading]) => heading);
    const order = ['Examples', 'Arguments', 'Commands', 'Which database', 'What to do', 'Output', 'Options'];
    expect(headings).toEqual(order.filter((heading) => headings.includes(heading)));
  });
});

it('names every option that a command lists, and none of those that it only takes', () => {
  for (const { name, options } of commands) {
    const shown = [...helpOf(name, 80).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(shown).toEqual(expect.arrayContaining(options.map(({ long }) => long)));
    expect(shown).toHaveLength(options.length + 1);
  }
});

it('each option belongs to a group, and the kind of each value is known', () => {
  for (const { long, required, argChoices, helpGroupHeading } of commands.flatMap(({ options }) => options)) {
    expect(helpGroupHeading).toMatch(/^(Which database|What to do|Output):$/);
    if (required && !argChoices) expect(Object.keys(valueKinds)).toContain(long);
  }
});
