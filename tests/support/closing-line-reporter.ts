import type { SerializedError } from '@vitest/utils';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed, N skipped` alone on the last line, for whoever reads the end of a log, and before it each
 * test that passed at the second try alone. A file that could not be loaded, a hook that failed and an error outside
 * every test each count as one failure.
 */
export default class ClosingLineReporter implements Reporter {
  private line = '0 passed, 0 failed, 0 skipped';

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const secondTry: string[] = [];
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state]++;
        if (state === 'failed') failedTests++;
        if (test.diagnostic()?.flaky) secondTry.push(`passed at the second try: ${test.fullName} (${module.moduleId})`);
      }
      if (failedTests === 0 && module.state() === 'failed') count.failed++;
    }
    this.line = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
    // The default reporter writes its summary in the same event.
    setImmediate(() => process.stdout.write(`${[...secondTry, this.line].join('\n')}\n`));
  }
}
