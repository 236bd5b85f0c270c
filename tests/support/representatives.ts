import { caseOf, scenarioNames, type Scenario } from './fixtures.js';

const kinds = new Map<string, Scenario>();
for (const name of scenarioNames) {
  const { state, release } = caseOf(name);
  const kind = `${state} ${release}`;
  if (!kinds.has(kind)) kinds.set(kind, name);
}

/**
 * One case of each state and release, and those that differ in something else: labels that are there already, another schema, what a
 * fork added. A second way to the same result is shown on these alone; the first one has every case.
 */
export const representatives: readonly Scenario[] = [
  ...new Set([...kinds.values(), 'labels-only', 'other-schema', 'fork-1.4.0-as-documented']),
];
