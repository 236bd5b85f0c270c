import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../src', import.meta.url));
let text: string | undefined;

/** All of src but the codes and their explanations, without its comments: what is only written about is not raised. */
export function sourceText(): string {
  text ??= readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^errors[\\/](codes|explanations)/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
    .replace(/\/\*\*?[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return text;
}
