import { Option } from 'commander';
import type { CommandDefinition } from './definitions.js';
import { backupDir, find, init, keep, noBackup, target, upgrading } from './options.js';

/** Commands that never change the database, whatever their options. */
const changeNothing = new Set([
  'status',
  'plan',
  'verify',
  'rehearse',
  'backup',
  'doctor',
  'report',
  'explain',
  'completion',
]);

/** Said once for all of them, in the help and in the manual page. */
export const sharedOptions =
  'Commands that change nothing (status, plan, verify, rehearse, backup, doctor, report) also take the options of upgrade that they do not list, so that scripts can hand the same ones to each. Most have no effect there; --no-backup, --backup-dir and --while-running decide what status, plan, verify, rehearse and doctor say that upgrade would be refused for.';

/**
 * Options that a command takes without listing them: a script may hand the same ones to every command, and where
 * nothing changes, an option without effect does no harm. A command that changes a database refuses them, and `refuseMisleading` those
 * that promise what the command does not keep.
 */
export function alsoTaken({ name, options }: CommandDefinition): Option[] {
  if (!changeNothing.has(name)) return [];
  const listed = new Set(options.map((option) => option.long));
  return [...find, target, init, backupDir, keep, noBackup, ...upgrading]
    .filter((option) => !listed.has(option.long))
    .map(({ flags, parseArg }) => {
      const hidden = new Option(flags).hideHelp();
      return parseArg ? hidden.argParser(parseArg) : hidden;
    });
}
