import { scenarioSql, type Scenario } from '../support/fixtures.js';
import type { Ground } from './ground.js';
import type { CommandName } from './options.js';

/** One way to run a command: what it begins from and what it is told. */
export interface Trial {
  readonly name: string;
  /** What the database holds; undefined where there is none. */
  readonly sql: string | undefined;
  /** The command line, without the options that name the database. `file` is the archive to restore. */
  readonly line: (ground: Ground, file: string) => readonly string[];
  /** What the archive to restore was made of. */
  readonly archived?: string;
  /** Whether somebody is connected to the database: then a copy of it is dumped instead of being cloned. */
  readonly somebody?: boolean;
  /** Whether it runs pg_dump or pg_restore: never, only where there is a fitting pair, or not without one. */
  readonly programs: 'none' | 'if there are any' | 'needed';
}

const plain = (scenario: Scenario) => ({ name: scenario, sql: scenarioSql(scenario) });

/** Rows enough for a dump and a restore to take a while. */
const bulky = `${scenarioSql('1.3.0')}
  CREATE TABLE notes (id integer PRIMARY KEY, note text);
  INSERT INTO notes SELECT n, (SELECT string_agg(md5(n::text || m), '') FROM generate_series(1, 10) m) FROM generate_series(1, 4000) n;`;

const backup = ({ hasPrograms, folder }: Ground) => (hasPrograms ? ['--backup-dir', folder] : ['--no-backup']);

const upgrade = (scenario: Scenario): Trial => ({
  ...plain(scenario),
  programs: 'if there are any',
  line: (ground) => ['upgrade', '--yes', ...backup(ground)],
});

const discard = (scenario: Scenario): Trial => ({
  ...plain(scenario),
  name: `${scenario}, discarding rows`,
  programs: 'if there are any',
  line: (ground) => ['rollback', '--yes', '--discard-rows', ...backup(ground)],
});

/** 1.4.0 in which nobody has paused anything yet: a rollback loses nothing, and makes no backup. */
const unused: Trial = {
  name: '1.4.0 without rows',
  sql: `${scenarioSql('1.4.0-as-documented')}
    TRUNCATE paused_sessions, intervention_actions, notification_preferences, session_checkpoints, checkpoint_recoveries;
    UPDATE sessions SET status = 'interrupted' WHERE status::text IN ('paused', 'resumed');`,
  programs: 'none',
  line: () => ['rollback', '--yes'],
};

const restore = (name: string, archived: string, sql: string | undefined, somebody = false): Trial => ({
  name,
  sql,
  archived,
  somebody,
  programs: 'needed',
  line: (_ground, file) => ['restore', file, '--yes', ...(somebody ? ['--while-running'] : [])],
});

const rehearse = (scenario: Scenario, somebody: boolean): Trial => ({
  ...plain(scenario),
  name: somebody ? `${scenario}, somebody connected` : scenario,
  somebody,
  programs: somebody ? 'needed' : 'none',
  line: () => ['rehearse'],
});

const makeBackup = (name: string, sql: string): Trial => ({
  name,
  sql,
  programs: 'needed',
  line: ({ folder }) => ['backup', '--backup-dir', folder],
});

const scenarios: readonly Scenario[] = [
  '1.0.0',
  '1.1.0',
  '1.1.0-cut-short',
  '1.1.0-metadata-only',
  '1.1.0-cleanup-only',
  '1.3.0',
  'labels-only',
  '011-only',
  '012-only',
  '011-half',
  '012-half',
  'functions-missing',
  '1.4.0-as-documented',
  'fork-1.3.0',
  'fork-1.4.0-as-documented',
];

/** Every way in which a campaign runs each command. */
export const trials: Record<CommandName, readonly Trial[]> = {
  upgrade: scenarios.map(upgrade),
  rollback: [...(['1.4.0-as-documented', '011-only', '012-half'] as const).map(discard), unused],
  restore: [
    restore('1.3.0 over 1.4.0', scenarioSql('1.3.0'), scenarioSql('1.4.0-as-documented')),
    restore('a bulky one over 1.1.0, somebody connected', bulky, scenarioSql('1.1.0'), true),
    restore('fork-1.3.0 over an empty one', scenarioSql('fork-1.3.0'), ''),
    restore('1.1.0 where there is none', scenarioSql('1.1.0'), undefined),
  ],
  rehearse: [
    rehearse('1.3.0', false),
    rehearse('fork-1.4.0-as-documented', false),
    rehearse('1.1.0', true),
    rehearse('1.3.0', true),
  ],
  backup: [makeBackup('1.1.0', scenarioSql('1.1.0')), makeBackup('a bulky one', bulky)],
};

/** The trials of a command that can be gone through on a way to the database. */
export function trialsOf(command: CommandName, hasPrograms: boolean): readonly Trial[] {
  return trials[command].filter(({ programs }) => hasPrograms || programs !== 'needed');
}
