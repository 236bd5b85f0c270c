/** Node's warnings for programmers, which users can do nothing about. */
const forProgrammers: ReadonlySet<string> = new Set([
  'DeprecationWarning',
  'PendingDeprecationWarning',
  'ExperimentalWarning',
]);

/** With one of these the user asks for them. Source: "Command-line API" of Node. */
const asked = /--(?:trace-(?:warnings|deprecation)|throw-deprecation|pending-deprecation)\b/;

/** Warnings that came before anyone listened. */
const early: Error[] = [];
let listener: ((warning: Error) => void) | undefined;

/**
 * Keeps Node's warnings for programmers off standard error. With `events` it keeps all of them off, because standard error is for
 * events: each warning becomes one.
 */
export function holdWarnings(events: boolean): void {
  if (!events && asked.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '))) return;
  const printing = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (!events) {
      if (!forProgrammers.has(warning.name)) for (const print of printing) print(warning);
    } else if (listener) listener(warning);
    else early.push(warning);
  });
}

/** Emits the warnings so far, and each later one as it comes. */
export function emitWarnings(emit: (warning: Error) => void): void {
  listener = emit;
  for (const warning of early.splice(0)) emit(warning);
}
