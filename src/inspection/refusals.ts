import { ExitCode, UpgradeError, type UpgradeErrorFields } from '../errors/error.js';

/** An error before anything changed. */
export type Refusal = Omit<UpgradeErrorFields, 'exitCode' | 'changed'>;

/** Turns those that apply into errors. Pure. */
export function refusals(...candidates: (Refusal | false)[]): UpgradeError[] {
  return candidates
    .filter((candidate) => candidate !== false)
    .map((refused) => new UpgradeError({ ...refused, exitCode: ExitCode.refused, changed: false }));
}

/** The first of several obstacles, with the others named in it; undefined where there is none. Pure. */
export function firstObstacle([first, ...others]: readonly UpgradeError[]): UpgradeError | undefined {
  if (first === undefined || others.length === 0) return first;
  return first.with({ found: [...first.found, ...others.map(({ code, message }) => `also ${code}: ${message}`)] });
}
