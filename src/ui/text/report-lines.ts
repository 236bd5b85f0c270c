import { visible } from '../../inert/visible.js';
import { formatBytes } from '../../inert/words.js';
import type { MadeReport } from '../../support-report/made.js';
import type { Style } from './style.js';

/** What is true of every report, and what people want to know first. */
export const SENT_NOWHERE = 'Nothing is sent anywhere: who gets the report is yours to decide.';

/** What to do with a report that was written. */
export function reportWrittenLines({ file, bytes }: MadeReport, { tick }: Style): string[] {
  return [
    `${tick} The report is written: ${visible(file ?? '')} (${formatBytes(bytes)}). Only you may read the file.`,
    '  Next: read it, then attach it to your question.',
  ];
}
