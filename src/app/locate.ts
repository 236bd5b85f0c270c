import { findCandidates, type Candidate } from '../detect/candidates.js';
import { nothingFound, SeveralDatabases, targetOf } from '../detect/choose.js';
import { detect } from '../detect/detect.js';
import { ownAddresses, seeHost } from '../detect/leads-to.js';
import type { Attempt, DirectTarget, DockerTarget, Target } from '../database/target.js';
import { absolutePath } from '../machine/current-folder.js';
import { connector, type Connect } from '../database/connect.js';
import { ExitCode, UpgradeError } from '../errors/error.js';
import { findRelease, newestRelease, releases } from '../releases/registry.js';
import type { Release } from '../releases/release.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { describe, identityOf } from './candidates.js';
import { withPassword } from './password.js';
import { tellIfSlow } from './slow.js';
import type { Settings } from '../cli/settings.js';

export interface Located {
  readonly target: Target;
  readonly connect: Connect;
}

/** What was found of databases, and where else was looked. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly attempts: readonly Attempt[];
}

/**
 * Finds the databases that the settings and the machine name.
 * @throws {UpgradeError} YF103, YF112, YF202–YF212
 */
export async function findDatabases({ container, databaseUrl, project }: Settings): Promise<Found> {
  const detection = await detect({
    container,
    databaseUrl,
    project: project === '.' ? project : absolutePath(project, '--project'),
  });
  const candidates = await findCandidates(detection, { identityOf, seeHost, own: ownAddresses() });
  return { candidates, attempts: detection.attempts };
}

/**
 * Finds the database that the settings and the machine name. Where there are several, or where its password is missing, it asks on a terminal.
 * @throws {UpgradeError} YF318 where nothing may be asked; YF103, YF201–YF212, YF701
 */
export async function locate(settings: Settings, terminal: Terminal): Promise<Located> {
  const { candidates, attempts } = await tellIfSlow(terminal, "Looking for YokeFlow's database", () =>
    findDatabases(settings),
  );
  if (!anyUsable(candidates)) throw nothingFound(attempts, candidates);
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return withPassword(located(targetOf(only)), settings, terminal);
  const described = await tellIfSlow(terminal, 'Looking at each database that was found', () =>
    describe(candidates, settings),
  );
  if (settings.yes || settings.json || !terminal.interactive) throw new SeveralDatabases(described);
  const { askTarget } = await import('../ui/terminal/conversation.js');
  return withPassword(located(await askTarget(terminal, described)), settings, terminal);
}

export function anyUsable(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ target }) => target !== undefined);
}

export function located(target: DirectTarget | DockerTarget | undefined): Located {
  if (target === undefined) throw new Error('a candidate without a target was taken');
  return { target, connect: connector(target) };
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
