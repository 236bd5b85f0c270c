// Prints the checks of a release's declaration, from what its steps make of the release before it. Run by `npm run release:checks`.
import { readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksOfRelease } from './drafted-checks.js';

const usage = `Usage: npm run --silent release:checks -- VERSION [--write] [TYPE.LABEL ...]

  VERSION     a folder of sql/
  TYPE.LABEL  an enum label that the release brings: session_status.archived
  --write     writes src/releases/VERSION/checks.ts instead of printing it
`;

const [version = '', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--');
const folder = (name: string) => fileURLToPath(new URL(`../${name}/${version}`, import.meta.url));
if (!/^\d+\.\d+\.\d+$/.test(version)) {
  process.stderr.write(usage);
  process.exit(2);
}
const steps = readdirSync(folder('sql'))
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => basename(file, '.sql'));
const labels = rest
  .filter((argument) => argument !== '--write')
  .map((argument) => {
    const [type = '', label = ''] = argument.split('.');
    return { type, label };
  });
const text = await checksOfRelease(version, steps, labels);
if (rest.includes('--write')) writeFileSync(`${folder('src/releases')}/checks.ts`, text);
else process.stdout.write(text);
