import { inertJson } from '../inert/json.js';
import type { ReportFormat } from './made.js';
import type { Report } from './report.js';

/** The report as text of one format. Pure, but for loading what makes it. */
export async function render(report: Report, format: ReportFormat): Promise<string> {
  if (format === 'json') return `${inertJson(report, { indent: 2 })}\n`;
  if (format === 'html') return (await import('./html/page.js')).toHtml(report);
  return (await import('./markdown.js')).toMarkdown(report);
}

/** The format that is asked for, be it by the name of the file. */
export function formatFor({
  format,
  out,
}: {
  readonly format?: ReportFormat | undefined;
  readonly out?: string | undefined;
}): ReportFormat {
  const ending = /\.(md|markdown|html?|json)$/i.exec(out ?? '')?.[1]?.toLowerCase();
  return format ?? (ending === undefined || ending.startsWith('m') ? 'md' : ending === 'json' ? 'json' : 'html');
}
