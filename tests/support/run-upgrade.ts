import { Deadline } from '../../src/machine/deadline.js';
import type { Connect } from '../../src/database/connect.js';
import type { Release } from '../../src/releases/release.js';
import { apply } from '../../src/engine/apply.js';
import { HeldUp } from '../../src/engine/held-up.js';
import { inspect } from '../../src/inspection/inspect.js';
import type { Inspection } from '../../src/inspection/inspection.js';
import type { Progress } from '../../src/engine/progress.js';
import { engineRelease } from './releases.js';

/** Looks at a database over a session of its own. */
export async function look(connect: Connect, target: Release = engineRelease): Promise<Inspection> {
  const session = await connect();
  try {
    return await inspect(session, target, { generation: 'all' });
  } finally {
    await session.close();
  }
}

/** Plans and applies, without the command line around it; returns what the engine told. */
export async function upgrade(
  connect: Connect,
  {
    target = engineRelease,
    waitMs = 0,
    lockTimeoutMs = 1000,
    signal = new AbortController().signal,
    backupFile = undefined as string | undefined,
    heldUp = new HeldUp(),
    on = (_: Progress): void => undefined,
  } = {},
): Promise<Progress[]> {
  const told: Progress[] = [];
  const job = {
    inspection: await look(connect, target),
    failing: new Map<string, string>(),
    schema: undefined,
    backupFile,
    lockTimeoutMs,
    signal,
  };
  await apply(connect, job, { lockTimeoutMs, deadline: new Deadline(waitMs), heldUp }, (progress) => {
    told.push(progress);
    on(progress);
  });
  return told;
}
