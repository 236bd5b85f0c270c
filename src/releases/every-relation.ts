import { parseKey } from '../catalog/keys.js';
import { newerReleases } from './newer.js';
import { everyKey, everyTable, lines } from './registry.js';

const parts = everyKey.map(parseKey).filter(({ kind }) => !['function', 'body', 'label'].includes(kind));
const earlier = lines.flatMap(({ releases }) =>
  releases.flatMap(({ steps }) => steps.flatMap(({ renames = [] }) => renames.map(({ from }) => from))),
);
const newer = newerReleases.flatMap(({ tables, additions }) => [
  ...tables,
  ...additions.map((addition) => parseKey(addition).relation),
]);

/** The names of all tables and views that any release has or had, or that a release is told by. */
export const everyRelation: readonly string[] = [
  ...new Set([...everyTable, ...parts.map(({ relation }) => relation), ...earlier, ...newer]),
];
