import { wantedRelease, type Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { visible } from '../inert/visible.js';
import { formatBytes } from '../inert/words.js';
import { collectReport } from '../support-report/collect.js';
import { newFile, writeNewFile } from '../support-report/file.js';
import type { MadeReport, ReportFormat } from '../support-report/made.js';
import { render } from '../support-report/render.js';
import type { Report } from '../support-report/report.js';
import { summaryLines } from '../support-report/summary.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { ask } from '../ui/terminal/question.js';
import { tellIfSlow } from './slow.js';

/** What holds for every report, and what people want to know first. */
export const SENT_NOWHERE = 'Nothing is sent anywhere: who gets the report is yours to decide.';

/**
 * The wizard's report on a database that it has found: shows what it holds, asks, and writes it to the current folder.
 * @returns the file's path; undefined where the user would rather not
 * @throws {UpgradeError} YF107, YF108, YF701
 */
export async function writeReportFor(
  located: Located,
  settings: Settings,
  terminal: Terminal,
): Promise<string | undefined> {
  const file = await newFile(fileName(located.target.database, new Date()));
  const report = await tellIfSlow(terminal, 'Collecting what support needs to know', () =>
    collectReport({ settings, release: wantedRelease(settings), located }),
  );
  const made = await writeIfWanted(report, 'html', file, settings, terminal);
  if (made) terminal.say(`${writtenLines(made, terminal).join('\n')}\n`);
  return made?.file ?? undefined;
}

/**
 * Shows what a report holds and, unless `--yes` answers it, asks whether to write it.
 * @param file an absolute path, of no file
 * @returns undefined where the user would rather not
 * @throws {UpgradeError} YF107, YF108, YF701
 */
export async function writeIfWanted(
  report: Report,
  format: ReportFormat,
  file: string,
  { yes }: Pick<Settings, 'yes'>,
  terminal: Terminal,
): Promise<MadeReport | undefined> {
  (yes ? terminal.say : terminal.insist)(['', ...summaryLines(report), `  ${SENT_NOWHERE}`, ''].join('\n'));
  if (!yes && !(await askToWrite(report, file, terminal))) return undefined;
  const bytes = await writeNewFile(file, await render(report, format));
  return madeReport(report, format, bytes, { file, content: null });
}

/** The answer to `--json` for a report. */
export function madeReport(
  report: Report,
  format: ReportFormat,
  bytes: number,
  where: Pick<MadeReport, 'file' | 'content'>,
): MadeReport {
  const { verdict, privacy } = report;
  return {
    file: where.file,
    format,
    bytes,
    verdict,
    masked: privacy.masked,
    hostsShown: privacy.hostsShown,
    content: where.content,
  };
}

/** What to do with a report that was written. */
export function writtenLines({ file, bytes }: MadeReport, { talk }: Terminal): string[] {
  return [
    `${talk.tick} The report is written: ${visible(file ?? '')} (${formatBytes(bytes)}). Only you may read the file.`,
    '  Next: read it, then attach it to your question.',
  ];
}

async function askToWrite(report: Report, file: string, terminal: Terminal): Promise<boolean> {
  for (;;) {
    const answer = await ask<'show' | 'write' | 'leave'>(terminal, {
      message: `Write it to ${visible(file)}?`,
      choices: [
        { name: 'Show all of it first', value: 'show', option: 'yokeflow-upgrade report' },
        { name: 'Write it', value: 'write', option: '--yes' },
        { name: 'Leave', value: 'leave' },
      ],
    });
    if (answer !== 'show') return answer === 'write';
    // The words are the same in every format, and these can be read on a terminal.
    terminal.printVerbatim(await render(report, 'md'));
  }
}

/** @example report-yokeflow-20261123T044019Z.html */
function fileName(database: string, now: Date): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `report-${database.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}-${time}.html`;
}
