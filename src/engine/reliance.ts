import { isStill } from '../catalog/generation.js';
import { DatabaseError, type Session } from '../database/session.js';
import { UpgradeError } from '../errors/error.js';
import type { Inspection } from '../inspection/inspection.js';
import { isLockConflict } from './probes.js';

/** What an attempt takes as read: the look before it; a look of its own, before the locks; or what it reads under the locks alone. */
export type Reliance = 'the look' | 'its own look' | 'nothing';

/** Somebody has changed the catalog since the look that an attempt relies on, or the attempt itself has changed more than it makes. */
export class CatalogChanged extends Error {
  override readonly name = 'CatalogChanged';
}

interface Relying {
  readonly session: Session;
  /** The look before the first attempt. */
  readonly inspection: Inspection;
  /** Whether this run itself has committed nothing so far. */
  readonly leavesAlone: () => boolean;
  /** Told before another attempt: why. */
  readonly again: (reason: string) => void;
}

/**
 * Tries again at once, relying on less, where somebody has changed the catalog since the look.
 * @param attempt leaves no transaction open when it fails
 * @throws whatever `attempt` throws for another reason
 */
export async function relyingOnLess(
  relying: Relying,
  reliesOn: Reliance,
  attempt: (reliesOn: Reliance) => Promise<void>,
): Promise<void> {
  try {
    return await attempt(reliesOn);
  } catch (error) {
    const isLook = reliesOn === 'the look';
    const isWorthLooking = isLook && relying.leavesAlone() && mayComeOfChange(error);
    const hasChanged = error instanceof CatalogChanged || (isWorthLooking && (await isAnother(relying)));
    if (!hasChanged) throw error;
    relying.again(`${isLook ? 'looking again' : 'comparing everything'}, because the schema is not as it was`);
    return relyingOnLess(relying, isLook ? 'its own look' : 'nothing', attempt);
  }
}

/** Whether a step or a check failed, which another look may have a better reason for: what somebody has done meanwhile. Pure. */
function mayComeOfChange(error: unknown): boolean {
  if (error instanceof UpgradeError) return error.code === 'YF501' || error.code === 'YF502';
  return error instanceof DatabaseError && !isLockConflict(error);
}

async function isAnother({ session, inspection: { generation } }: Relying): Promise<boolean> {
  return generation !== undefined && !(await isStill(session, generation).catch(() => true));
}
