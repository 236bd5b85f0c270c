import { readdirSync, readFileSync } from 'node:fs';
import { setInterval as every } from 'node:timers/promises';

/** The command line of every process that this one may see, those in local containers included. Empty without /proc. */
export function commandLines(): string[] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim() || [];
    } catch {
      return [];
    }
  });
}

/** Looks at all command lines again and again while `work` is at work, and returns each that it saw. */
export async function commandLinesDuring(work: Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  const over = new AbortController();
  void work.finally(() => over.abort()).catch(() => undefined);
  try {
    for await (const _ of every(5, undefined, { signal: over.signal }))
      for (const line of commandLines()) seen.add(line);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
  await work;
  return seen;
}
