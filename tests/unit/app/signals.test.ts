import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ExitCode } from '../../../src/errors/error.js';
import { interruptible } from '../../../src/app/interruption.js';
import { cancelled } from '../../../src/app/cancelled.js';
import { cancellable, leavable } from '../../../src/app/signals.js';

const never = () => new Promise<never>(() => undefined);

/** What a command comes to that is left by a signal after it did this. */
async function leftAfter(work: () => Promise<unknown>): Promise<unknown> {
  const command = leavable(cancelled, async () => {
    await work();
    return never();
  }).catch((error: unknown) => error);
  await turn();
  process.emit('SIGINT');
  return command;
}

describe('a signal while a command', () => {
  it('has changed nothing leaves it, and says so', async () => {
    expect(await leftAfter(async () => undefined)).toMatchObject({
      code: 'YF701',
      exitCode: ExitCode.cancelled,
      changed: false,
    });
  });

  it('looks at what it has committed does not say that nothing changed', async () => {
    const committed = () =>
      interruptible(
        () => undefined,
        async (_signal, follow) => follow(() => undefined)({ phase: 'commit' }),
      );
    expect(await leftAfter(committed)).toMatchObject({
      code: 'YF701',
      exitCode: ExitCode.cancelled,
      changed: 'unknown',
    });
  });

  it('is back from a rehearsal leaves it as before the rehearsal', async () => {
    const rehearsed = () =>
      cancellable(
        () => undefined,
        () => cancelled('restore'),
        async () => undefined,
      );
    expect(await leftAfter(rehearsed)).toMatchObject({
      message: cancelled().message,
      remedy: cancelled().remedy,
      changed: false,
    });
  });

  it('that comes after another one knows nothing of what that one did', async () => {
    await leavable(cancelled, () =>
      interruptible(
        () => undefined,
        async (_signal, follow) => follow(() => undefined)({ phase: 'commit' }),
      ),
    );
    expect(await leftAfter(async () => undefined)).toMatchObject({ changed: false });
  });
});
