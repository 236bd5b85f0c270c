import { expect, it } from 'vitest';
import { commands } from '../../src/cli/definitions.js';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';

describeOnTerminal('--help in 40 columns', () => {
  it.each(['status', 'upgrade'])('%s: no line is broken by the terminal, but for examples', async (command) => {
    const terminal = await onTerminal([command, '--help'], { columns: 40, rows: 100 });
    expect(await terminal.ended).toBe(0);
    const lines = terminal.cells
      .unwrapped()
      .split('\n')
      .filter((line) => line.length > 40);
    expect(lines.filter((line) => !line.startsWith('  yokeflow-upgrade '))).toEqual([]);
    // Names stand alone there, and what they mean below them.
    const { options } = commands.find(({ name }) => name === command)!;
    for (const { flags } of options) expect(terminal.transcript()).toContain(`\n  ${flags}\n      `);
  });
});
