/** What Node says to those who write programs, and not to those who use them. */
const forProgrammers: ReadonlySet<string> = new Set([
  'DeprecationWarning',
  'PendingDeprecationWarning',
  'ExperimentalWarning',
]);

/** With one of these the user asks for them. Source: "Command-line API" of Node. */
const asked = /--(?:trace-(?:warnings|deprecation)|throw-deprecation|pending-deprecation)\b/;

/** What has come up before there was anybody to tell it to. */
const early: Error[] = [];
let told: ((warning: Error) => void) | undefined;

/**
 * Keeps those of Node's warnings from standard error that no user can do anything about; with `events` all of them, which would stand
 * between its lines: they are events then.
 */
export function holdWarnings(events: boolean): void {
  if (!events && asked.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '))) return;
  const printing = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (!events) {
      if (!forProgrammers.has(warning.name)) for (const print of printing) print(warning);
    } else if (told) told(warning);
    else early.push(warning);
  });
}

/** Tells the warnings that have come and that will come. */
export function tellWarnings(tell: (warning: Error) => void): void {
  told = tell;
  for (const warning of early.splice(0)) tell(warning);
}
