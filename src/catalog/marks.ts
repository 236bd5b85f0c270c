/** Tables that every YokeFlow has, and the names that its tests have had. */
const CORE = `'projects', 'sessions', 'epics', 'tasks'`;
const TESTS = `'tests', 'task_tests'`;

/**
 * By which tables a schema is told to be YokeFlow's, for a query that groups relations by their schema.
 * @param relname the column with the relation's name
 */
export const marksOf = (relname: string) => ({
  /** For WHERE. */
  isMark: `${relname} IN (${CORE}, ${TESTS})`,
  /** For HAVING. */
  hasCore: `count(*) FILTER (WHERE ${relname} IN (${CORE})) = 4`,
  hasTests: `count(*) FILTER (WHERE ${relname} IN (${TESTS})) > 0`,
});
