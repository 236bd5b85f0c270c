import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import type { Finding } from '../inspection/finding.js';
import type { Version } from '../planning/version.js';
import { lineOf, lines, newestOf } from '../releases/registry.js';
import { IN_CHECKOUT } from './init/source.js';

/**
 * The version that a checkout of YokeFlow says that it is: its file VERSION, which tells the truth from 2.0.0 on.
 * @param project an absolute path
 * @returns undefined where there is no checkout, or no such file that can be read
 */
function codeInUse(project: string): string | undefined {
  try {
    if (!existsSync(join(project, IN_CHECKOUT))) return undefined;
    return semver.valid(readFileSync(join(project, 'VERSION'), 'utf8').trim()) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * What to say where the code beside the run is of a later line than the database, and nobody has said where to go. No line is
 * crossed for that alone.
 * @param project the folder of the checkout, an absolute path
 */
export function codeOfLaterLine(project: string, { release, crosses, isOverlaid }: Version): Finding[] {
  const [first, later] = lines;
  if (later === undefined || release === null || lineOf(release) !== first || crosses || isOverlaid) return [];
  const code = codeInUse(project);
  if (code === undefined || semver.major(code) < semver.major(newestOf(later).version)) return [];
  return [
    {
      code: 'YF836',
      title: `the code in ${project} is YokeFlow ${code}, and the database is ${release.version}, of the line before it`,
      remedy: `To take the database there, with every row, run: yokeflow-upgrade upgrade --to ${newestOf(later).version}`,
    },
  ];
}
