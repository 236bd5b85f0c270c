import { connector, type Connect } from '../../database/connect.js';
import type { DirectTarget, DockerTarget, Target } from '../../database/target.js';
import { UpgradeError } from '../../errors/error.js';
import { ownLoopback } from './inside.js';

/** A database, and what opens sessions on it. */
export interface Located {
  readonly target: Target;
  readonly connect: Connect;
  /** Other databases of its server that hold YokeFlow, where this one holds none; each with the option that chooses it. */
  readonly elsewhere?: readonly { readonly database: string; readonly option: string }[];
}

export function located(target: DirectTarget | DockerTarget | undefined): Located {
  if (target === undefined) throw new Error('a candidate without a target was taken');
  const connect = connector(target);
  return {
    target,
    connect: (...part) =>
      connect(...part).catch((error: unknown) => {
        throw error instanceof UpgradeError ? ownLoopback(error, target) : error;
      }),
  };
}

/** Lets every connection fail with the refusal that is known, instead of waiting for it again. */
export function refusing({ target }: Located, refusal: UpgradeError): Located {
  return { target, connect: () => Promise.reject(refusal) };
}
