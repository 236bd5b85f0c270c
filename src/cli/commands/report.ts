import { ExitCode } from '../../errors/error.js';
import { failure } from '../../app/outcome.js';
import { collectReport } from '../../support-report/collect.js';
import { newFile } from '../../support-report/file.js';
import { formatFor, render } from '../../support-report/render.js';
import { cancelled } from '../../app/cancelled.js';
import { withPassword } from '../../app/password.js';
import { madeReport, SENT_NOWHERE, writeIfWanted, writtenLines } from '../../app/report.js';
import type { Run } from '../definitions.js';
import { wantedRelease } from '../../app/locate.js';
import { requireAnswers } from '../require-answers.js';

/** A database in a bad state, or none at all, is what reports are for: exit 0 as soon as there is one. */
export const report: Run = async (settings, terminal) => {
  const known = { command: 'report' };
  try {
    const release = wantedRelease(settings);
    const format = formatFor(settings);
    const toFile = settings.out !== undefined && settings.out !== '-';
    if (toFile) requireAnswers({ ...settings, dryRun: false }, terminal, 'report');
    const file = toFile ? await newFile(settings.out ?? '') : undefined;
    terminal.say('Looking at the database and its surroundings. Nothing is changed ...');
    const collected = await collectReport({
      settings,
      release,
      admit: (found) => withPassword(found, settings, terminal),
    });
    const done = { ...known, result: 'reported' as const, exitCode: ExitCode.done };
    if (file !== undefined) {
      const made = await writeIfWanted(collected, format, file, settings, terminal);
      if (!made) return failure(cancelled('report'), known);
      if (!settings.json) terminal.print(writtenLines(made, terminal).join('\n'));
      return { ...done, report: made };
    }
    const text = await render(collected, format);
    if (!settings.json) terminal.printVerbatim(text.trimEnd());
    terminal.say(SENT_NOWHERE);
    return { ...done, report: madeReport(collected, format, Buffer.byteLength(text), { file: null, content: text }) };
  } catch (error) {
    return failure(error, known);
  }
};
