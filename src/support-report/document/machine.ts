import { formatBytes, plural } from '../../inert/words.js';
import type { ContainerFacts, Report } from '../report.js';
import type { Block, Section } from './section.js';
import { sectionOf, tableOf, timeText, yesNo } from './words.js';

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

export function containerSection({ container: part }: Report): Section[] {
  return sectionOf(part, { id: 'container', title: 'Container', folded: true }, containerBlocks);
}

function containerBlocks(one: ContainerFacts): Block[] {
  const { health, exitCode, outOfMemory, error, memoryLimitBytes: most, mounts } = one;
  return [
    {
      kind: 'facts',
      rows: [
        ['Name', one.name],
        ['Image', `${one.image} (${one.imageId})`],
        ['State', `${one.state}${health === null ? '' : `, ${health}`}`],
        ['Last exit code', `${exitCode}${outOfMemory ? ', out of memory' : ''}${error === null ? '' : `: ${error}`}`],
        ['Created', timeText(one.createdAt)],
        ['Started', timeText(one.startedAt)],
        ['Ended last', timeText(one.finishedAt)],
        ['Restarts', `${one.restarts} (policy: ${one.restartPolicy})`],
        ['Memory', most === null ? 'no limit' : `at most ${formatBytes(most)}`],
        ['Ports', one.ports.join('; ') || 'none'],
        ['Variables (names alone)', one.environment.join(', ') || 'none'],
      ],
    },
    ...tableOf(
      'Mounts',
      ['Kind', 'In the container', 'From', 'Writable'],
      mounts.map((mount) => [
        mount.kind,
        mount.destination,
        mount.source ?? 'a path of the machine',
        yesNo(mount.writable),
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
