import { expect } from 'vitest';
import { runCommand, type CommandOptions, type CommandResult } from './command.js';

interface Unavailable {
  unavailable: string;
}

/** The report as `--format json` prints it, as far as tests look at it. Written out, so that a change is noticed. */
export interface Report {
  reportVersion: 1;
  madeAt: string;
  verdict: { state: 'good' | 'due' | 'bad'; text: string; next: string };
  privacy: { hostsShown: boolean; masked: Record<string, number> };
  tool: { version: string; node: string };
  search: {
    target: { kind: string; host: string | null; database: string; user: string } | null;
    attempts: { tried: string; failed: string }[];
    passwords: { where: string; password: string }[];
  };
  error: { code: string; message: string; found: string[]; remedy: string } | null;
  yokeflow: { state: string; release: string | null; target: string } & Partial<Unavailable>;
  steps: { id: string; status: string; due: boolean; reason: string | null }[] & Partial<Unavailable>;
  checks: {
    notProbed: string | null;
    list: { id: string; ok: boolean; pending: boolean; expected: string; found: string; remedy: string }[];
  } & Partial<Unavailable>;
  findings: { code: string; stops: boolean; title: string; remedy: string }[] & Partial<Unavailable>;
  server: {
    version: string;
    settings: { name: string; value: string; insteadOf: string | null; source: string }[];
  } & Partial<Unavailable>;
  role: { name: string; rights: string[]; lacks: string[] } & Partial<Unavailable>;
  activity: {
    agentSessions: number | null;
    longestTransactionSeconds: number;
    connections: { state: string; count: number }[];
  } & Partial<Unavailable>;
  sizes: { databaseBytes: number; tables: { table: string; rows: number | null }[] } & Partial<Unavailable>;
  history: {
    operation: string;
    to: string;
    role: string | null;
    host: string | null;
    steps: { id: string; sameAsHere: boolean | null }[];
  }[] &
    Partial<Unavailable>;
  engine: { version: string } & Partial<Unavailable>;
  container: {
    name: string;
    state: string;
    exitCode: number;
    environment: string[];
    mounts: { kind: string; source: string | null }[];
  } & Partial<Unavailable>;
  log: { lines: string[]; cut: boolean; leftOut: number } & Partial<Unavailable>;
  schema: {
    now: string;
    after: string | null;
    tables: { name: string; fate: string; columnsNow: number; columnsAfter: number }[];
    links: { from: string; to: string; columns: string; onDelete: string; fate: string }[];
  } & Partial<Unavailable>;
}

/** Runs `report --format json` and expects that it makes one, whatever the database is like. */
export async function reportOf(args: readonly string[], options: CommandOptions = {}): Promise<Report> {
  return reportFrom(await runCommand(['report', '--format', 'json', ...args], options));
}

export function reportFrom(result: CommandResult): Report {
  expect(result.exitCode, result.stdout + result.stderr).toBe(0);
  return JSON.parse(result.stdout) as Report;
}
