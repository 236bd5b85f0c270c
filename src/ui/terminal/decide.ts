import type { Answers, Decide, Decision } from '../../app/decisions.js';
import { hostAndPort } from '../../database/host-and-port.js';
import { candidateText, optionFor } from '../../detect/choose.js';
import { visible } from '../../inert/visible.js';
import { formatCount } from '../../inert/words.js';
import { askHidden } from './hidden.js';
import { ask, type Question } from './question.js';
import type { Terminal } from './terminal.js';

type Of<K extends Decision['kind']> = Extract<Decision, { kind: K }>;

/** How many of many a question names. */
const NAMED = 3;

/**
 * Asks a person on the terminal. Each question names the option that answers it.
 * @returns a `Decide`, which throws YF701 on Ctrl-C and at the end of input
 */
export function decideOn(terminal: Terminal): Decide {
  return (async (decision: Decision): Promise<unknown> => {
    if (decision.kind === 'database-url')
      return askHidden(
        terminal,
        'Connection, as postgresql://user:password@host:5432/database',
        '--database-url-file FILE',
      );
    if (decision.kind !== 'password') return ask(terminal, questionFor(decision) as Question<unknown>);
    const { target, refused } = decision;
    if (refused !== undefined) terminal.error(refused);
    const whose = `Password of ${visible(target.user)} on ${visible(hostAndPort(target))}, database ${visible(target.database)}`;
    return askHidden(terminal, whose, 'PGPASSWORD, or a line in ~/.pgpass');
  }) as Decide;
}

function questionFor(
  decision: Exclude<Decision, { kind: 'password' | 'database-url' }>,
): Question<Answers[keyof Answers]> {
  switch (decision.kind) {
    case 'database':
      return whichDatabase(decision);
    case 'start':
      return {
        message: `The container ${visible(decision.container)} is stopped: ${visible(decision.failed)}. Start it?`,
        choices: [
          { name: 'Start it, and go on when it is ready', value: true, option: '--start' },
          { name: 'Leave', value: false },
        ],
      };
    case 'while-running':
      return whileRunning(decision);
    case 'upgrade':
      return nextForUpgrade(decision);
    case 'init':
      return {
        message: `Load YokeFlow's schema into ${visible(decision.database)}, from ${visible(decision.source)}, and take it to ${decision.to}?`,
        choices: [
          { name: 'Load it', value: true, option: '--init --yes' },
          { name: 'Leave', value: false },
        ],
      };
    case 'rollback':
      return nextForRollback(decision);
    case 'restore':
      return {
        message: `Let this backup take the place of ${visible(decision.database)}? What is there now is kept under another name.`,
        choices: [
          { name: 'Leave', value: false },
          { name: 'Restore', value: true, option: '--yes' },
        ],
      };
    case 'empty-tables':
      return emptyTables(decision);
    case 'report':
      return {
        message: `Write it to ${visible(decision.file)}?`,
        choices: [
          { name: 'Show all of it first', value: 'show', option: 'yokeflow-upgrade report' },
          { name: 'Write it', value: 'write', option: '--yes' },
          { name: 'Leave', value: 'leave' },
        ],
      };
  }
}

function whichDatabase({ described }: Of<'database'>): Question<Answers['database']> {
  const all = described.map(({ candidate }) => candidate);
  return {
    message: `Several ${described.some(({ candidate }) => candidate.schema) ? 'schemas of one database hold a YokeFlow' : 'databases were found'}. Which one?`,
    choices: described.map((one) => ({
      name: visible(candidateText(one, all)),
      value: one,
      option: visible(optionFor(one.candidate, all)),
    })),
  };
}

function whileRunning({ running }: Of<'while-running'>): Question<boolean> {
  const names = running.map(({ project, number }) => `${project} #${number}`);
  return {
    message: `Agent sessions are running: ${named(names)}. Go on all the same?`,
    choices: [
      { name: 'Leave, and stop them first', value: false },
      { name: 'Go on while they run', value: true, option: '--while-running' },
    ],
  };
}

/** The one confirmation, and what else there is to do before it. */
function nextForUpgrade({ withBackup, isTheUsers, isRepair, crossesTo }: Of<'upgrade'>): Question<Answers['upgrade']> {
  const go = `${isRepair ? 'Repair' : 'Upgrade'} now${withBackup ? ', after a backup' : ''}`;
  return {
    message: 'What next?',
    choices: [
      { name: go, value: 'upgrade', option: '--yes' },
      ...(isTheUsers
        ? [
            {
              name: 'Rehearse on a copy first',
              value: 'rehearse' as const,
              option: 'yokeflow-upgrade rehearse, or --rehearse',
            },
          ]
        : []),
      {
        name: 'Show the SQL',
        value: 'sql',
        option: `yokeflow-upgrade ${isTheUsers ? 'plan --sql' : 'demo --dry-run'}`,
      },
      // No command line leads to the demo's database, which is gone with it.
      { name: 'Only verify what is there', value: 'verify', ...(isTheUsers && { option: 'yokeflow-upgrade verify' }) },
      ...(isTheUsers
        ? [{ name: 'Write a report for support', value: 'report' as const, option: 'yokeflow-upgrade report' }]
        : []),
      ...(crossesTo === undefined
        ? []
        : [
            {
              name: `See the way to YokeFlow ${crossesTo} instead: the next line of releases, with every row`,
              value: 'cross' as const,
              option: `--to ${crossesTo}`,
            },
          ]),
      { name: 'Leave', value: 'leave' },
    ],
  };
}

function nextForRollback({ to, losesRows }: Of<'rollback'>): Question<Answers['rollback']> {
  const name = `Go back to ${to} now${losesRows ? ', and give up the rows that are named above' : ''}`;
  const go = { name, value: 'go' as const, option: '--yes' };
  const sql = { name: 'Show the SQL', value: 'sql' as const, option: 'yokeflow-upgrade rollback --dry-run' };
  const leave = { name: 'Leave', value: 'leave' as const };
  // Pressing Enter once too often must not lose a row.
  return { message: 'What next?', choices: losesRows ? [leave, sql, go] : [go, sql, leave] };
}

function emptyTables({ lost }: Of<'empty-tables'>): Question<boolean> {
  const counted = lost.map(
    ({ table, rows }) => `${rows === null ? 'an unknown number' : formatCount(rows)} of ${table}`,
  );
  return {
    message: `This backup holds no rows where the database has some: ${named(counted)}. Restore it all the same?`,
    choices: [
      { name: 'Leave', value: false },
      { name: 'Restore the empty tables', value: true, option: '--discard-rows' },
    ],
  };
}

function named(all: readonly string[]): string {
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
  return `${all.slice(0, NAMED).join(', ')}${more}`;
}
