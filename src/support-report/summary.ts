import { maskedText } from './document/document.js';
import { isThere, type Part, type Report } from './report.js';

/** What a report holds, a line for each part, for whoever is about to write it. Pure. */
export function summaryLines(report: Report): string[] {
  const parts: [name: string, text: string][] = [
    ['Verdict', report.verdict.text],
    ['Program and machine', `${report.tool.platform}, Node ${report.tool.node}`],
    [
      'Database',
      report.search.target
        ? `where it is, its release, ${counted(report.steps, ({ length }) => length, 'step')}`
        : 'none was found; where it was looked for',
    ],
    ['Checks', counted(report.checks, ({ list }) => list.length, 'check') + failing(report)],
    ['Findings', counted(report.findings, ({ length }) => length, 'finding')],
    ['Server', counted(report.server, ({ settings }) => settings.length, 'setting')],
    ['Sizes', `${counted(report.sizes, ({ tables }) => tables.length, 'table')}, with counts of rows and no row`],
    ['Earlier runs', counted(report.history, ({ length }) => length, 'run')],
    [
      'Container',
      isThere(report.container)
        ? `${report.container.name}, ${report.container.state}; names of its variables, no values`
        : 'not available',
    ],
    [
      'Log',
      `${counted(report.log, ({ lines }) => lines.length, 'line')}${isThere(report.log) ? ', in known forms, without statements and values' : ''}`,
    ],
  ];
  const width = Math.max(...parts.map(([name]) => name.length));
  return [
    '  The report holds:',
    ...parts.map(([name, text]) => `    ${name.padEnd(width)}  ${text}`),
    `  Masked: ${maskedText(report.privacy)}.${report.privacy.hostsShown ? ' Names and addresses of machines are shown.' : ''}`,
  ];
}

function counted<T>(part: Part<T>, count: (value: T) => number, one: string): string {
  return isThere(part) ? `${count(part)} ${one}${count(part) === 1 ? '' : 's'}` : 'not available';
}

function failing({ checks }: Report): string {
  const list = isThere(checks) ? checks.list.filter(({ ok }) => !ok) : [];
  const pending = list.filter((check) => check.pending).length;
  return `${pending > 0 ? `, ${pending} that cannot pass yet` : ''}${list.length > pending ? `, ${list.length - pending} with a cross` : ''}`;
}
