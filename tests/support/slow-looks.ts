/** Standard error without the lines that only a slow machine has: that a look is still going on. */
export const withoutSlowLooks = (stderr: string): string =>
  stderr.replace(/^(?:Looking .*|Connecting| {2}still at it) \.\.\.\n/gm, '');
