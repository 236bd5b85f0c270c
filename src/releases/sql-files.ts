import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Reads a file of the package's sql folder, which lies beside dist (and beside src). */
export function readSql(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../sql/${file}`, import.meta.url)), 'utf8');
}
