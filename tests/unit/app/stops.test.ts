import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cancelled } from '../../../src/app/cancelled.js';
import { interruptible } from '../../../src/app/interruption.js';
import type { Run } from '../../../src/app/run.js';
import { Stops } from '../../../src/app/stops.js';
import { ExitCode } from '../../../src/errors/error.js';

const never = () => new Promise<never>(() => undefined);

/** As much of a run as there is to stopping it. */
const runOf = (stops: Stops): Pick<Run, 'cancellable'> => ({
  cancellable: (_at, leaveAtOnce, work, how) => stops.cancellable(() => undefined, leaveAtOnce, work, how),
});

/** What a command comes to that is stopped after it did this. */
async function stoppedAfter(work: (stops: Stops) => Promise<unknown>): Promise<unknown> {
  const stop = new AbortController();
  const stops = new Stops({ signal: stop.signal });
  const command = stops
    .leavable(cancelled, async () => {
      await work(stops);
      return never();
    })
    .catch((error: unknown) => error);
  await turn();
  stop.abort();
  return command;
}

const committed = (stops: Stops) =>
  interruptible(runOf(stops), async (_signal, follow) => follow(() => undefined)({ phase: 'commit' }));

describe('a stop while a command', () => {
  it('has changed nothing leaves it, and says so', async () => {
    expect(await stoppedAfter(async () => undefined)).toMatchObject({
      code: 'YF701',
      exitCode: ExitCode.cancelled,
      changed: false,
    });
  });

  it('looks at what it has committed does not say that nothing changed', async () => {
    expect(await stoppedAfter(committed)).toMatchObject({
      code: 'YF701',
      exitCode: ExitCode.cancelled,
      changed: 'unknown',
    });
  });

  it('is back from a rehearsal leaves it as before the rehearsal', async () => {
    const rehearsed = (stops: Stops) =>
      stops.cancellable(
        () => undefined,
        () => cancelled('restore'),
        async () => undefined,
      );
    expect(await stoppedAfter(rehearsed)).toMatchObject({
      message: cancelled().message,
      remedy: cancelled().remedy,
      changed: false,
    });
  });

  it('that goes on beside another one knows nothing of what that one did', async () => {
    const other = new Stops();
    await other.leavable(cancelled, () => committed(other));
    expect(other.mayHaveChanged).toBe(true);
    expect(await stoppedAfter(async () => undefined)).toMatchObject({ changed: false });
  });

  it('can be left in order hears of the first one, and is not waited for after the second', async () => {
    const [stop, abandon] = [new AbortController(), new AbortController()];
    const stops = new Stops({ signal: stop.signal, abandon: abandon.signal });
    const heard: string[] = [];
    const command = stops
      .leavable(cancelled, () =>
        stops.cancellable(
          () => heard.push('cancelling'),
          (why) => Object.assign(cancelled(), { why }),
          (signal) => {
            signal.addEventListener('abort', () => heard.push('aborted'));
            return never();
          },
        ),
      )
      .catch((error: unknown) => error);
    stop.abort();
    await turn();
    expect(heard).toEqual(['cancelling', 'aborted']);
    abandon.abort();
    expect(await command).toMatchObject({ why: 'second signal' });
  });

  it('begins ends it before it does anything', async () => {
    const stops = new Stops({ signal: AbortSignal.abort() });
    let begun = false;
    const command = stops.leavable(cancelled, async () => {
      begun = true;
    });
    await expect(command).rejects.toMatchObject({ code: 'YF701' });
    expect(begun).toBe(false);
  });
});
