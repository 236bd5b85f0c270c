/** A command line of this program that its reader may type. */
export interface OwnCommand {
  /** As they are typed in a shell. */
  readonly words: readonly string[];
}

/** What to do next: words, and the command lines of this program among them. One that begins with a command says "Run:" before it. */
export type Remedy = string | readonly (string | OwnCommand)[];

/** The command line `yokeflow-upgrade` with these words. */
export const own = (...words: string[]): OwnCommand => ({ words });

/** A remedy in words, as `Run: yokeflow-upgrade status`. */
export function remedyText(remedy: Remedy): string {
  const beginsWithCommand = typeof remedy !== 'string' && typeof remedy[0] === 'object';
  return `${beginsWithCommand ? 'Run: ' : ''}${shortRemedyText(remedy)}`;
}

/** The same where a heading says already that it is to be run. */
export function shortRemedyText(remedy: Remedy): string {
  if (typeof remedy === 'string') return remedy;
  return remedy
    .map((part) => (typeof part === 'string' ? part : ['yokeflow-upgrade', ...part.words].join(' ')))
    .join('');
}

/** A remedy with every command line in it changed. */
export function withCommands(remedy: Remedy, change: (words: readonly string[]) => readonly string[]): Remedy {
  if (typeof remedy === 'string') return remedy;
  return remedy.map((part) => (typeof part === 'string' ? part : { words: change(part.words) }));
}
