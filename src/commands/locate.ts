import { choose } from '../detect/choose.js';
import { detect } from '../detect/detect.js';
import type { DirectTarget, DockerTarget, Target } from '../detect/target.js';
import { connector, type Connect } from '../database/connect.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { findRelease, newestRelease, releases } from '../releases/registry.js';
import type { Release } from '../releases/release.js';
import type { Terminal } from '../terminal.js';
import { tellIfSlow } from '../wizard/slow.js';
import type { Settings } from './settings.js';

export interface Located {
  readonly target: Target;
  readonly connect: Connect;
}

/** How to choose where several databases were found; returns undefined to leave it to the rule. */
export type Ask = (targets: readonly Target[]) => Promise<Target | undefined>;

/**
 * Finds the database that the settings and the machine name.
 * @param ask asked when there are several; without it the rule of `choose` decides
 * @throws {UpgradeError} YF103, YF201–YF211
 */
export async function locate(settings: Settings, terminal: Terminal, ask?: Ask): Promise<Located> {
  const { container, databaseUrl, project } = settings;
  const detection = await tellIfSlow(terminal, "Looking for YokeFlow's database", () => detect({ container, databaseUrl, project }));
  const chosen = detection.targets.length > 1 ? await ask?.(detection.targets) : undefined;
  const target = chosen ?? choose(detection).target;
  return { target, connect: connector(target as DockerTarget | DirectTarget) };
}

/**
 * The release that `--to` names, or the newest.
 * @throws {UpgradeError} YF104
 */
export function wantedRelease({ to }: Settings): Release {
  const release = to === undefined ? newestRelease : findRelease(to);
  if (release !== undefined) return release;
  const known = releases.flatMap(({ version, sameSchemaAs }) => [...sameSchemaAs, version]);
  throw new UpgradeError({
    code: 'YF104',
    exitCode: ExitCode.usage,
    message: `There is no release ${to} to go to.`,
    found: [`known: ${known.join(', ')}`],
    remedy: 'Give one of these to --to, or leave it out for the newest.',
  });
}
