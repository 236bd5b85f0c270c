import { formatBytes, formatCount } from '../../inert/words.js';
import type { RunFacts, Report } from '../report.js';
import type { Section } from './section.js';
import { ageText, sectionOf, tableOf, timeText, yesNo } from './words.js';

export function role({ role: part }: Report): Section[] {
  return sectionOf(part, { id: 'role', title: "The role's rights", folded: true }, ({ name, rights, lacks }) => [
    { kind: 'text', text: `This program connects as ${name}:` },
    { kind: 'list', items: rights },
    ...(lacks.length > 0
      ? [
          { kind: 'text' as const, text: 'What an upgrade needs and it lacks:' },
          { kind: 'list' as const, items: lacks },
        ]
      : []),
  ]);
}

export function activity({ activity: part }: Report): Section[] {
  return sectionOf(
    part,
    { id: 'activity', title: 'Who is at work', folded: true },
    ({ agentSessions, connections, waitingForLocks, preparedTransactions, longestTransactionSeconds }) => [
      {
        kind: 'facts',
        rows: [
          ['Agent sessions running', agentSessions === null ? 'not known' : formatCount(agentSessions)],
          ['Longest open transaction', ageText(longestTransactionSeconds)],
          ['Sessions that wait for a lock', formatCount(waitingForLocks)],
          ['Prepared transactions', formatCount(preparedTransactions)],
        ],
      },
      ...(connections.length === 0
        ? [{ kind: 'text' as const, text: 'Nobody else is connected to the database.' }]
        : tableOf(
            'Other connections to the database',
            ['State', 'Connections:', 'Longest:'],
            connections.map(({ state, count, oldestSeconds }) => [state, formatCount(count), ageText(oldestSeconds)]),
          )),
    ],
  );
}

export function sizes({ sizes: part }: Report): Section[] {
  return sectionOf(part, { id: 'sizes', title: 'Sizes', folded: true }, ({ databaseBytes, tables }) => [
    { kind: 'text', text: `The database has ${formatBytes(databaseBytes)}.` },
    ...tableOf(
      'Rows and size of each table, indexes included',
      ['Table', 'Rows:', 'Size:'],
      tables.map(({ table, rows, exact, bytes }) => [
        table,
        rows === null ? 'not known' : `${exact ? '' : 'about '}${formatCount(rows)}`,
        formatBytes(bytes),
      ]),
    ),
  ]);
}

export function history({ history: part }: Report): Section[] {
  return sectionOf(part, { id: 'history', title: 'Earlier runs', folded: true }, (runs) =>
    runs.length === 0
      ? [{ kind: 'text', text: 'None is recorded in this database.' }]
      : tableOf(
          'Runs recorded in the schema yokeflow_upgrade, the latest first',
          ['When', 'What', 'Releases', 'Steps', 'Backup', 'By', 'Program'],
          runs.map(runCells),
        ),
  );
}

function runCells({ endedAt, operation, from, to, steps, backedUp, role, host, toolVersion }: RunFacts): string[] {
  const other = steps.filter(({ sameAsHere }) => sameAsHere === false).map(({ id }) => id);
  return [
    endedAt === null ? 'not known' : timeText(endedAt),
    operation,
    from === null || from === to ? to : `${from} to ${to}`,
    `${steps.map(({ id }) => id).join(', ')}${other.length > 0 ? ` (other SQL than this version's: ${other.join(', ')})` : ''}`,
    yesNo(backedUp),
    [role ?? '', host === null ? '' : `from ${host}`].filter(Boolean).join(' '),
    toolVersion ?? 'not known',
  ];
}

export function settings({ server: part }: Report): Section[] {
  return sectionOf(
    part,
    { id: 'settings', title: 'Settings and extensions of the server', folded: true },
    ({ settings, extensions, encoding, collation, inRecovery, readOnly }) => [
      {
        kind: 'facts',
        rows: [
          ['Encoding of the database', encoding],
          ['Collation', collation],
          ['A standby', yesNo(inRecovery)],
          ['Read-only', yesNo(readOnly)],
          [
            'Extensions',
            extensions.map(({ name, version, schema }) => `${name} ${version} in ${schema}`).join(', ') || 'none',
          ],
        ],
      },
      ...tableOf(
        'Settings as this role meets them; those that are not at their built-in value come first',
        ['Setting', 'Value', 'Built-in value', 'Set by'],
        [...settings]
          .sort((a, b) => Number(a.insteadOf === null) - Number(b.insteadOf === null))
          .map(({ name, value, insteadOf, source }) => [
            name,
            value,
            insteadOf ?? '',
            source === 'default' ? '' : source,
          ]),
      ),
    ],
  );
}
