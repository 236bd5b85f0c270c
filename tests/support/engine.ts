import { describe, it } from 'vitest';
import { engineFailure } from './docker.js';

export { docker } from './docker.js';
export { createPostgresContainer, startPostgresContainer } from './container.js';
export type { ContainerOptions, PostgresContainer } from './container.js';

const failure = await engineFailure();

/**
 * `describe` for tests that need a real Docker engine. Without one they are skipped under a name that says so;
 * with REQUIRE_DOCKER=1, as CI sets it, they fail.
 */
export function describeWithEngine(name: string, tests: () => void): void {
  if (failure === undefined) describe(name, tests);
  else if (process.env.REQUIRE_DOCKER !== '1') describe.skip(`${name} (skipped: no Docker engine answers)`, tests);
  else {
    describe(name, () => {
      it('has a Docker engine, as REQUIRE_DOCKER=1 demands', () => {
        throw new Error(`no Docker engine answers: ${failure}`);
      });
    });
  }
}
