// Measures upgrades of a database that is in use: npm run bench:load -- [--times 3] [--only rollback] [--with NAME=DIST/cli.js]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCases, type LoadRow } from './cases-load.js';
import { openGround } from './ground.js';
import { loadTable } from './page.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    /** Another build of this program to measure along, in the same run. */
    with: { type: 'string', multiple: true, default: [] },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'yokeflow-bench-'));
const ground = await openGround(fileURLToPath(new URL('../../', import.meta.url)), folder);
try {
  const clis = Object.fromEntries(
    values.with.map((each) => {
      const [name = '', cli = ''] = each.split('=');
      return [name, [process.execPath, cli]];
    }),
  );
  const rows: LoadRow[] = [];
  for await (const row of loadCases(ground, { times: Number(values.times), only: values.only, clis })) rows.push(row);
  process.stdout.write(`${loadTable(rows)}\n`);
} finally {
  await ground.close();
  rmSync(folder, { recursive: true, force: true });
}
