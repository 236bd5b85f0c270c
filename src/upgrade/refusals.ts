import { ExitCode, UpgradeError, type UpgradeErrorFields } from '../errors/error.js';

/** An error before anything changed. */
export type Refusal = Omit<UpgradeErrorFields, 'exitCode' | 'changed'>;

/** Turns those that apply into errors. Pure. */
export function refusals(...candidates: (Refusal | false)[]): UpgradeError[] {
  return candidates.filter((candidate) => candidate !== false).map((refused) => new UpgradeError({ ...refused, exitCode: ExitCode.refused, changed: false }));
}
