import { plural } from '../inert/words.js';

/**
 * How something that is here compares with what YokeFlow installs. `different`: it is all here, and some of it was altered
 * or dropped since. `defective`: it is all here, and broken in a way that is known. `incomplete`: not all of it came here.
 */
export type Condition = 'whole' | 'different' | 'defective' | 'incomplete';

/**
 * What is the matter with a release, to follow its number; empty where nothing is. Pure.
 * @param release.begun the later release of which parts are here, or null
 * @param release.taken names on the way to the target that something else bears
 */
export function conditionText(release: {
  readonly condition: Condition | null;
  readonly differences: number;
  readonly begun: unknown;
  readonly taken?: readonly unknown[];
}): string {
  const { condition, differences, begun, taken = [] } = release;
  const own = {
    whole: '',
    different: `, with ${differencesText(differences)}`,
    defective: ', complete and broken in use',
    incomplete: ', not all of it',
  }[condition ?? 'whole'];
  const rest = [
    ...(begun === null ? [] : ['a half-applied upgrade']),
    ...(taken.length === 0
      ? []
      : [taken.length === 1 ? 'a name that is taken' : `${taken.length} names that are taken`]),
  ].join(' and ');
  if (rest === '') return own;
  return `${own}${condition === 'different' ? ' and' : ', with'} ${rest}`;
}

/** What has become of a step, in a phrase. Pure. */
export function stepText(step: { readonly condition: Condition | null; readonly differences: number }): string {
  if (step.condition === null) return 'not applied';
  return {
    whole: 'applied',
    different: `applied, with ${differencesText(step.differences)}`,
    defective: 'applied, and broken in use',
    incomplete: 'half applied',
  }[step.condition];
}

function differencesText(count: number): string {
  return plural(count, 'difference to fix', 'differences to fix');
}
