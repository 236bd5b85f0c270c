import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const postgres = './tests/support/global-setup.ts';
const engine = './tests/support/engine-setup.ts';

export default defineConfig({
  test: {
    // A slow machine takes three times as long as a quick one, and a test that hangs is found all the same.
    testTimeout: 150_000,
    hookTimeout: 180_000,
    setupFiles: ['./tests/support/end-with-parent.ts'],
    // On a loaded machine one in thousands meets a moment that it does not expect. It is named in the end, so that somebody looks into it.
    retry: process.env['RETRY_TESTS'] === '1' ? 1 : 0,
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    // Most of a test's time goes by waiting for PostgreSQL: vitest's own default, a core less, leaves half of two idle.
    poolOptions: {
      // A process takes one file after the other: starting one for each costs more than most files themselves.
      forks: { maxForks: Math.max(2, availableParallelism()), isolate: false },
      threads: { singleThread: true },
    },
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['tests/{integration,e2e,release,terminal,browser}/**/*.test.ts', 'tests/faults/direct.test.ts'],
          globalSetup: [postgres],
        },
      },
      {
        extends: true,
        test: {
          name: 'docker',
          include: ['tests/docker/**/*.test.ts', 'tests/faults/container.test.ts'],
          globalSetup: [engine, postgres],
          // The containers have the names that YokeFlow gives them, and an engine has each name once: one thread for all
          // of them, which runs beside the processes of the projects above.
          pool: 'threads',
        },
      },
    ],
  },
});
