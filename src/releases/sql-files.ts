import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's sql folder lies beside dist (and beside src). */
const pathOf = (file: string) => fileURLToPath(new URL(`../../sql/${file}`, import.meta.url));

/** Reads a file of the package's sql folder. */
export function readSql(file: string): string {
  return readFileSync(pathOf(file), 'utf8');
}

/** The files of a folder of it, by their names, which begin with a number. */
export function sqlFilesIn(folder: string): string[] {
  return readdirSync(pathOf(folder))
    .sort()
    .map((name) => `${folder}/${name}`);
}
