import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of the packages that a bundle holds, as most of them demand of whoever passes them on.
 * @param output rollup's chunks
 * @throws {Error} where a package says nothing of its licence
 */
export function licenses(output) {
  const modules = output.flatMap((chunk) => Object.entries(chunk.modules ?? {}));
  const folders = modules.flatMap(([id, { renderedLength }]) =>
    renderedLength > 0 ? (/^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace('\0', '')) ?? []) : [],
  );
  return [...new Set(folders)]
    .map(licenseOf)
    .sort()
    .join(`\n${'-'.repeat(78)}\n\n`);
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined && !license) throw new Error(`${name} says nothing of its licence`);
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}`.trim() + '\n';
}
