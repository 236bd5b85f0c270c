// Writes the manual page. Run by `npm run man`, which builds first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manualPage } from '../dist/cli/manual/page.js';
import { packageVersion } from '../dist/machine/package-info.js';

const folder = join(import.meta.dirname, '..', 'man');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'yokeflow-upgrade.1'), manualPage(packageVersion()));
