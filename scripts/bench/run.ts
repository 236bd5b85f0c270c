// Measures this program against what it replaces: npm run bench -- [--times 9] [--only upgrade] [--large] [--write]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { directCases } from './cases-direct.js';
import { containerCases } from './cases-container.js';
import { largeCases } from './cases-large.js';
import { loadCases, type LoadRow } from './cases-load.js';
import { machineLines } from './machine.js';
import { medians } from './measure.js';
import { openGround } from './ground.js';
import { loadTable, page, plot, tableOf, type Row } from './page.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '9' },
    only: { type: 'string', default: '' },
    /** With a million sessions, and a database of 2 GB: takes a quarter of an hour. */
    large: { type: 'boolean', default: false },
    /** Of a database in use, three times each: takes ten minutes. */
    load: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
/** How often each of the cases under load is measured. */
const LOAD_TIMES = 3;

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'yokeflow-bench-'));
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
const ground = await openGround(root, folder);
try {
  const rows: Row[] = [];
  const cases = [...(await directCases(ground)), ...(await containerCases(ground))];
  for (const { name, against, tasks, goal } of cases.filter((each) => each.name.includes(values.only))) {
    const [ours, ...others] = tasks;
    const found = await medians(tasks, Number(values.times));
    const own = found.get(ours?.name ?? '') ?? NaN;
    for (const other of others) {
      const theirs = found.get(other.name) ?? NaN;
      rows.push({
        name,
        against: others.length > 1 ? other.name : against,
        ours: own,
        theirs,
        goal: other === others[0] ? goal : 1,
        unit: 'ms',
      });
    }
    process.stderr.write(`${tableOf(rows.slice(-others.length))}\n`);
  }
  const large: Row[] = [];
  if (values.large) for await (const row of largeCases(ground, values.only)) large.push(row);
  const load: LoadRow[] = [];
  if (values.load)
    for await (const row of loadCases(ground, { times: LOAD_TIMES, only: values.only, clis: {} })) load.push(row);
  process.stdout.write(`${tableOf([...rows, ...large])}\n${load.length > 0 ? loadTable(load) : ''}\n`);
  if (values.write) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const lines = [
      ...machineLines(ground.postgres),
      `yokeflow-upgrade ${version}, ${new Date().toISOString().slice(0, 10)}`,
    ];
    if (rows.length > 0) writeFileSync(join(root, 'docs/benchmarks.svg'), plot(rows));
    const file = join(root, 'docs/benchmarks.md');
    writeFileSync(
      file,
      page({ rows, large, load }, lines, `npm run bench -- --times ${values.times}`, readFileSync(file, 'utf8')),
    );
  }
} finally {
  await ground.close();
  rmSync(folder, { recursive: true, force: true });
}
