import { formatMoment } from '../../inert/words.js';
import { isThere, type Report, type Unavailable } from '../report.js';
import type { Section } from './section.js';
import { glance } from './glance.js';
import { checks, errorSection, findings, steps } from './health.js';
import { containerSection, engineSection, logSection, search } from './machine.js';
import { activity, history, role, settings, sizes } from './server.js';

/** A report as a sequence of sections: what Markdown and HTML have in common. */
export interface Document {
  readonly title: string;
  readonly state: Report['verdict']['state'];
  readonly verdict: string;
  readonly next: string;
  readonly made: string;
  readonly privacy: string;
  readonly sections: readonly Section[];
}

/** Arranges a report for reading: the answer first, what is long last. Pure. */
export function documentOf(report: Report): Document {
  const { verdict, madeAt, tool } = report;
  return {
    title: 'YokeFlow upgrade: report for support',
    state: verdict.state,
    verdict: verdict.text,
    next: verdict.next,
    made: `Made on ${formatMoment(madeAt)} by yokeflow-upgrade ${tool.version}. The program sent it nowhere.`,
    privacy: privacyText(report),
    sections: [
      glance(report),
      ...errorSection(report),
      ...steps(report),
      ...schema(report),
      ...checks(report),
      ...findings(report),
      ...search(report),
      ...role(report),
      ...activity(report),
      ...sizes(report),
      ...history(report),
      ...containerSection(report),
      ...engineSection(report),
      ...settings(report),
      ...logSection(report),
      ...notAvailable(report),
    ],
  };
}

function schema({ schema: picture }: Report): Section[] {
  return isThere(picture)
    ? [{ id: 'schema', title: 'Tables and links', folded: false, blocks: [{ kind: 'picture', picture }] }]
    : [];
}

/** The parts of a report that may be missing, in words. */
const partNames = {
  steps: 'steps',
  checks: 'checks',
  findings: 'findings',
  server: 'server and its settings',
  role: "the role's rights",
  activity: 'who is at work',
  sizes: 'sizes',
  history: 'earlier runs',
  engine: 'Docker engine',
  container: 'container',
  log: 'its log',
};

/** What could not be found out, by the reason: one that holds for all of them is said once. */
function notAvailable(report: Report): Section[] {
  const missing = new Map<string, string[]>();
  for (const name of Object.keys(partNames) as (keyof typeof partNames)[]) {
    const part: object | Unavailable = report[name];
    if (!('unavailable' in part)) continue;
    missing.set(part.unavailable, [...(missing.get(part.unavailable) ?? []), partNames[name]]);
  }
  const items = [...missing].map(([because, names]) => `${names.join(', ')}: ${because}`);
  return items.length === 0
    ? []
    : [{ id: 'missing', title: 'Not in this report', folded: false, blocks: [{ kind: 'list', items }] }];
}

/** What was masked, in words: `2 passwords and 1 e-mail address`. */
export function maskedText({ masked }: Report['privacy']): string {
  const names: Record<keyof typeof masked, [one: string, many: string]> = {
    password: ['password', 'passwords'],
    token: ['token', 'tokens'],
    webhook: ['webhook address', 'webhook addresses'],
    'e-mail': ['e-mail address', 'e-mail addresses'],
    host: ['host name or address', 'host names and addresses'],
    user: ['login', 'logins'],
    id: ['row id', 'row ids'],
  };
  const parts = (Object.keys(names) as (keyof typeof masked)[])
    .filter((kind) => masked[kind] > 0)
    .map((kind) => `${masked[kind]} ${names[kind][masked[kind] === 1 ? 0 : 1]}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function privacyText({ privacy }: Report): string {
  const hosts = privacy.hostsShown ? ' Host names and addresses are shown, as --with-hosts says.' : '';
  const masked = maskedText(privacy);
  return (
    `${masked === 'nothing' ? 'Nothing had to be masked.' : `Masked: ${masked}. Equal ones have equal numbers.`}${hosts} ` +
    'Contents of rows are not in it. Names of tables, columns, settings, databases and containers are.'
  );
}
