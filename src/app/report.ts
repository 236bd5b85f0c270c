import { realSurroundings } from '../machine/surroundings.js';
import { ExitCode } from '../errors/error.js';
import { collectReport, type ReportWish } from '../support-report/collect.js';
import { newFile, writeNewFile } from '../support-report/file.js';
import type { MadeReport, ReportFormat } from '../support-report/made.js';
import { formatFor, render } from '../support-report/render.js';
import type { Report } from '../support-report/report.js';
import { cancelled } from './cancelled.js';
import { givenConnection } from './find/given-connection.js';
import { wantedRelease } from './find/locate.js';
import type { Located } from './find/located.js';
import type { OutcomeOf } from './outcome.js';
import { admit } from './find/password.js';
import { runCommand, type Run, type RunContext } from './run.js';
import { searchFor } from './find/search.js';
import type { FindOptions, ReleaseOption } from './options.js';
import { sameDatabaseRemedy } from './same-database.js';
import { checkWithRetry, once } from './waiting.js';

/** A database in a bad state, or none at all, is what reports are for: exit 0 as soon as there is one. */
export function report(context: RunContext<'report'>): Promise<OutcomeOf<'report'>> {
  return runCommand('report', context, async (run) => {
    const options = { ...run.options, ...(await givenConnection(run)) };
    const release = wantedRelease(options);
    const format = formatFor(options);
    const file = options.out !== undefined && options.out !== '-' ? await newFile(options.out) : undefined;
    await run.emit({ kind: 'beginning', command: 'report' });
    const search = () => searchFor(options, (found) => admit(run, found));
    const collected = await collectReport({
      options,
      release,
      search,
      named: namedBy(options),
      retry: retryOf(run),
      from: realSurroundings(),
    });
    if (file !== undefined) {
      const made = await writeIfWanted(run, collected, format, file);
      if (!made) throw cancelled('report');
      return { result: 'reported', exitCode: ExitCode.done, report: made };
    }
    const text = await render(collected, format);
    const made = madeReport(collected, format, Buffer.byteLength(text), { file: null, content: text });
    return { result: 'reported', exitCode: ExitCode.done, report: made };
  });
}

/**
 * A report on a database that was found already: tells what it holds, asks, and writes it to the current folder.
 * @throws {UpgradeError} YF107, YF108, YF701
 */
export async function offerReport(run: Run<'upgrade' | 'demo'>, found: Located): Promise<void> {
  const { options } = run;
  const file = await newFile(fileName(found.target.database, new Date()));
  const collected = await run.unlessSlow('Collecting what support needs to know', () =>
    collectReport({
      options,
      release: wantedRelease(options),
      search: async () => ({ located: found, attempts: [] }),
      named: namedBy(options),
      retry: retryOf(run),
      from: realSurroundings(),
    }),
  );
  const made = await writeIfWanted(run, collected, 'html', file);
  if (made) await run.emit({ kind: 'report-written', made });
}

/**
 * Asks whether to write a report, and does.
 * @param file an absolute path, of no file
 * @returns undefined where the user would rather not
 * @throws {UpgradeError} YF107, YF108, YF701
 */
async function writeIfWanted(
  run: Run,
  collected: Report,
  format: ReportFormat,
  file: string,
): Promise<MadeReport | undefined> {
  await run.emit({ kind: 'report-collected', report: collected });
  for (;;) {
    const answer = await run.decide({ kind: 'report', report: collected, file });
    // The words are the same in every format, and these can be read on a terminal.
    if (answer === 'show') await run.emit({ kind: 'script', sql: await render(collected, 'md') });
    else if (answer === 'write') break;
    else return undefined;
  }
  const bytes = await writeNewFile(file, await render(collected, format));
  const made = madeReport(collected, format, bytes, { file, content: null });
  return made;
}

/** An address is no business of whoever reads the report, so a URL has a word in its place. */
const namedBy =
  (options: FindOptions & ReleaseOption): ReportWish['named'] =>
  (remedy, target) =>
    sameDatabaseRemedy(remedy, options, target?.kind === 'docker' ? target : undefined);

/** A report is wanted where something is wrong: it tells who holds a lock, and waits for nobody. */
const retryOf =
  (run: Run<'report' | 'upgrade' | 'demo'>): ReportWish['retry'] =>
  (session, look) =>
    checkWithRetry(session, run, look, { retry: once() });

/** What an outcome tells of a report. */
function madeReport(
  { verdict, privacy }: Report,
  format: ReportFormat,
  bytes: number,
  { file, content }: Pick<MadeReport, 'file' | 'content'>,
): MadeReport {
  return { file, format, bytes, verdict, masked: privacy.masked, hostsShown: privacy.hostsShown, content };
}

/** @example report-yokeflow-20261123T044019Z.html */
function fileName(database: string, now: Date): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `report-${database.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}-${time}.html`;
}
