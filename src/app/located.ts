import { connector, type Connect } from '../database/connect.js';
import type { DirectTarget, DockerTarget, Target } from '../database/target.js';

/** A database, and what opens sessions on it. */
export interface Located {
  readonly target: Target;
  readonly connect: Connect;
  /** Other databases of its server that hold YokeFlow, where this one holds none; each with the option that chooses it. */
  readonly elsewhere?: readonly { readonly database: string; readonly option: string }[];
}

export function located(target: DirectTarget | DockerTarget | undefined): Located {
  if (target === undefined) throw new Error('a candidate without a target was taken');
  return { target, connect: connector(target) };
}
