/** What a page of documentation is run by. */
export interface Ground {
  /** Sets up what the next blocks run on; named in a comment before them: `<!-- fixture: transaction open -->`. */
  use(fixture: string): Promise<void>;
  /** Runs one line as a shell does, and returns what it printed, ready to be shown. */
  run(line: string): Promise<string>;
}

/** Stands on a page for lines that are left out. */
const LEFT_OUT = '[...]';
const piece = /^<!-- fixture: (.+?) -->$|^```console\n([\s\S]*?)^```$/gm;

/**
 * Runs every line of a page's console blocks that begins with `$ `, in order, and returns the page with what they
 * printed below them. Where `[...]` stands among the lines, as many are shown before it and after it as there are now.
 * Other blocks are left as they are.
 * @throws {Error} when there is no such block, so that a misspelt one is noticed
 */
export async function rerun(page: string, ground: Ground): Promise<string> {
  const parts: string[] = [];
  let [end, ran] = [0, 0];
  for (const match of page.matchAll(piece)) {
    const [whole, fixture, block] = match;
    parts.push(page.slice(end, match.index));
    end = match.index + whole.length;
    if (fixture !== undefined) await ground.use(fixture);
    const shown: string[] = [];
    for (const [typed = '', ...before] of (block ?? '')
      .split(/^\$ /m)
      .slice(1)
      .map((command) => command.trimEnd().split('\n'))) {
      shown.push(`$ ${typed}\n${shortened(await ground.run(typed), before)}`);
      ran++;
    }
    parts.push(block === undefined ? whole : `\`\`\`console\n${shown.join('\n')}\n\`\`\``);
  }
  if (ran === 0) throw new Error('the page has no console block with a line that begins with "$ "');
  return [...parts, page.slice(end)].join('');
}

function shortened(printed: string, before: readonly string[]): string {
  const gap = before.indexOf(LEFT_OUT);
  const lines = printed.split('\n');
  const after = before.length - gap - 1;
  if (gap < 0 || lines.length <= gap + after) return printed;
  return [...lines.slice(0, gap), LEFT_OUT, ...lines.slice(lines.length - after)].join('\n');
}
