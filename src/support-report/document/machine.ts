import { formatBytes, plural } from '../../inert/words.js';
import type { ContainerFacts } from '../facts.js';
import type { Report } from '../report.js';
import type { Block, Section } from './document.js';
import { sectionOf, timeText, yesNo } from './words.js';

/** Where the database was looked for. With one at hand it is only worth a word what else was tried. */
export function search({ search: { attempts, passwords, target } }: Report): Section[] {
  const blocks = [
    ...tableOf(
      'Places that were tried, and why they did not do',
      ['Tried', 'Why it did not do'],
      attempts.map(({ tried, failed }) => [tried, failed]),
    ),
    ...tableOf(
      'Passwords for the database, by where they were found; equal ones have equal numbers',
      ['Where', 'Password'],
      passwords.map(({ where, password }) => [where, password]),
    ),
  ];
  return blocks.length === 0
    ? []
    : [{ id: 'search', title: 'Where the database was looked for', folded: target !== null, blocks }];
}

function tableOf(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Block[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, columns: columns.map((title) => ({ title })), rows }];
}

export function containerSection({ container: part }: Report): Section[] {
  return sectionOf(part, { id: 'container', title: 'Container', folded: true }, containerBlocks);
}

function containerBlocks(container: ContainerFacts): Block[] {
  const {
    name,
    image,
    imageId,
    state,
    health,
    exitCode,
    outOfMemory,
    error,
    createdAt,
    startedAt,
    finishedAt,
    restarts,
    restartPolicy,
    memoryLimitBytes,
  } = container;
  const { mounts, ports, environment } = container;
  return [
    {
      kind: 'facts',
      rows: [
        ['Name', name],
        ['Image', `${image} (${imageId})`],
        ['State', `${state}${health === null ? '' : `, ${health}`}`],
        ['Last exit code', `${exitCode}${outOfMemory ? ', out of memory' : ''}${error === null ? '' : `: ${error}`}`],
        ['Created', timeText(createdAt)],
        ['Started', timeText(startedAt)],
        ['Ended last', timeText(finishedAt)],
        ['Restarts', `${restarts} (policy: ${restartPolicy})`],
        ['Memory', memoryLimitBytes === null ? 'no limit' : `at most ${formatBytes(memoryLimitBytes)}`],
        ['Ports', ports.join('; ') || 'none'],
        ['Variables (names alone)', environment.join(', ') || 'none'],
      ],
    },
    ...tableOf(
      'Mounts',
      ['Kind', 'In the container', 'From', 'Writable'],
      mounts.map(({ kind, destination, source, writable }) => [
        kind,
        destination,
        source ?? 'a path of the machine',
        yesNo(writable),
      ]),
    ),
  ];
}

export function engineSection({ engine: part }: Report): Section[] {
  return sectionOf(
    part,
    { id: 'engine', title: 'Docker engine', folded: true },
    ({ address, source, version, api, platform, system, storage, processors, memoryBytes }) => [
      {
        kind: 'facts',
        rows: [
          ['Address', `${address} (${source})`],
          ['Version', `${version}, API ${api}`],
          ['Platform', platform],
          ['System', system],
          ['Storage driver', storage],
          ['Machine', `${processors} processors, ${formatBytes(memoryBytes)}`],
        ],
      },
    ],
  );
}

export function logSection({ log: part }: Report): Section[] {
  return sectionOf(part, { id: 'log', title: "The container's log", folded: true }, ({ lines, cut, leftOut }) => [
    {
      kind: 'text',
      text:
        `${cut ? `The last ${lines.length} lines` : plural(lines.length, 'line', 'lines')} in known forms; [message] stands for a text of another. ` +
        `${plural(leftOut, 'line', 'lines')} of statements, details and other text ${leftOut === 1 ? 'was' : 'were'} not taken in.`,
    },
    ...(lines.length === 0 ? [] : [{ kind: 'log' as const, lines }]),
  ]);
}
