import type { CommandName, Outcome } from '../app/outcome.js';
import type { RunContext } from '../app/run.js';
import type { Given } from './settings.js';

/** A command line that is to be run: its options fit every command. */
export type CommandLine = Omit<RunContext<'status'>, 'options'> & { readonly options: Given };

/** Runs a command. Nothing of it is loaded before. */
export const run: Readonly<Record<CommandName, (line: CommandLine, argument?: string) => Promise<Outcome>>> = {
  upgrade: async (line) => (await import('../app/upgrade.js')).upgrade(line),
  status: async (line) => (await import('../app/status.js')).status(line),
  plan: async (line) => (await import('../app/plan.js')).plan(line),
  verify: async (line) => (await import('../app/verify.js')).verify(line),
  rehearse: async (line) => (await import('../app/rehearse.js')).rehearse(line),
  backup: async (line) => (await import('../app/backup.js')).backup(line),
  restore: async (line, file = '') =>
    (await import('../app/restore.js')).restore({ ...line, options: { ...line.options, file } }),
  rollback: async (line) => (await import('../app/rollback.js')).rollback(line),
  doctor: async (line) => (await import('../app/doctor/doctor.js')).doctor(line),
  report: async (line) => (await import('../app/report.js')).report(line),
  demo: async (line) => (await import('../app/demo.js')).demo(line),
  explain: async (_line, code) => (await import('./explain.js')).explain(code),
  completion: async (_line, shell) => (await import('./completion-command.js')).completion(shell),
};
