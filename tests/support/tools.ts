import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Whether a program is on the PATH. */
function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/**
 * `describe` for tests that need programs of other projects. Without one of them they are skipped under a name that
 * says so; with REQUIRE_TOOLS=1, as CI sets it, they fail.
 */
export function describeWithTools(tools: readonly string[], name: string, tests: () => void): void {
  const missing = tools.filter((tool) => !onPath(tool)).join(', ');
  if (missing === '') describe(name, tests);
  else if (process.env['REQUIRE_TOOLS'] !== '1') describe.skip(`${name} (skipped: not on the PATH: ${missing})`, tests);
  else {
    describe(name, () => {
      it('has its tools, as REQUIRE_TOOLS=1 demands', () => {
        throw new Error(`not on the PATH: ${missing}`);
      });
    });
  }
}
