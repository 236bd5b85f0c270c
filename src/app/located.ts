import { connector, type Connect } from '../database/connect.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';

/** A database, and what opens sessions on it. */
export interface Located {
  readonly target: Target;
  readonly connect: Connect;
}

export function located(target: DirectTarget | DockerTarget | undefined): Located {
  if (target === undefined) throw new Error('a candidate without a target was taken');
  return { target, connect: connector(target) };
}
