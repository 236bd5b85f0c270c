// Writes the manual page. Run by `npm run man`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manualPage } from '../src/cli/manual/page.js';
import { packageVersion } from '../src/machine/package-info.js';

const folder = fileURLToPath(new URL('../man/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}yokeflow-upgrade.1`, manualPage(packageVersion()));
