import { hostAndPort } from '../../database/host-and-port.js';
import { formatBytes } from '../../inert/words.js';
import { conditionText } from '../../planning/condition.js';
import { isThere, type Report } from '../report.js';
import type { Section } from './section.js';
import { timeText } from './words.js';

/** What support asks first. */
export function glance(report: Report): Section {
  const rows: (readonly [string, string])[] = [
    ['YokeFlow', releaseText(report)],
    ['Database', databaseText(report)],
    ['PostgreSQL', serverText(report)],
    ['Role', roleText(report)],
    ['Agent sessions', agentsText(report)],
    ['Container', containerText(report)],
    [
      'Docker',
      isThere(report.engine)
        ? `${report.engine.version} (${report.engine.system}, ${report.engine.platform})`
        : none(report.engine.unavailable),
    ],
    ['This program', toolText(report)],
  ];
  return { id: 'glance', title: 'At a glance', folded: false, blocks: [{ kind: 'facts', rows }] };
}

const none = (because: string) => `not available: ${because}`;

/** What is written of a state, where there is no release to name. */
const noRelease: Readonly<Record<string, string>> = {
  empty: 'none: the database is empty',
  foreign: "none: another program's database",
  newer: '2.x',
};

function releaseText({ yokeflow }: Report): string {
  if (!isThere(yokeflow)) return none(yokeflow.unavailable);
  const { state, release, sameSchemaAs, target, schema } = yokeflow;
  if (release === null || state === 'newer') return release ?? noRelease[state] ?? state;
  const same = sameSchemaAs.length > 0 ? ` (same schema as ${sameSchemaAs.join(' and ')})` : '';
  return `${release}${conditionText(yokeflow)}${same}${release === target ? '' : `, to reach ${target}`}${schema === 'public' ? '' : `, in the schema ${schema}`}`;
}

function databaseText({ search: { target }, sizes, yokeflow }: Report): string {
  if (!target) return 'none was found';
  const where =
    target.kind === 'docker'
      ? `in container ${target.container}`
      : target.kind === 'direct'
        ? `on ${target.port === null ? target.host : hostAndPort({ host: target.host ?? '', port: target.port })}`
        : 'in this program itself';
  const size = isThere(sizes) ? `, ${formatBytes(sizes.databaseBytes)}` : '';
  const pooler = isThere(yokeflow) && yokeflow.pooled ? ', through a connection pooler' : '';
  return `${target.database} ${where}${size}${pooler} (${target.reason})`;
}

function serverText({ server }: Report): string {
  if (!isThere(server)) return none(server.unavailable);
  const mode = server.inRecovery ? ', a standby' : server.readOnly ? ', read-only' : '';
  return `${server.version}${mode}, up since ${timeText(server.startedAt)} (${server.platform})`;
}

function roleText({ role }: Report): string {
  if (!isThere(role)) return none(role.unavailable);
  return `${role.name}: ${role.rights[0] ?? 'no rights worth naming'}${role.lacks.length > 0 ? `; it lacks ${role.lacks.length} rights that an upgrade needs` : ''}`;
}

function agentsText({ activity }: Report): string {
  if (!isThere(activity)) return none(activity.unavailable);
  if (activity.agentSessions === null) return 'not known';
  return activity.agentSessions === 0 ? 'none running' : `${activity.agentSessions} running`;
}

function containerText({ container }: Report): string {
  if (!isThere(container)) return none(container.unavailable);
  const { name, state, health, startedAt, finishedAt, exitCode, restarts, image } = container;
  const since =
    state === 'running' ? `since ${timeText(startedAt)}` : `since ${timeText(finishedAt)}, exit code ${exitCode}`;
  return `${name} (${image}): ${state} ${since}${health === null ? '' : `, ${health}`}, ${restarts} restarts`;
}

function toolText({ tool }: Report): string {
  return `yokeflow-upgrade ${tool.version}, Node ${tool.node}, ${tool.platform} ${tool.release} ${tool.architecture}${tool.inItsImage ? ', in its Docker image' : ''}, language ${tool.language}`;
}
