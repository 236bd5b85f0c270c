import type { Report } from './report.js';

export type ReportFormat = 'md' | 'html' | 'json';

/** A report as `--json` tells of it. */
export interface MadeReport {
  /** Where it was written to; null for standard output. */
  readonly file: string | null;
  readonly format: ReportFormat;
  readonly bytes: number;
  readonly verdict: Report['verdict'];
  /** How many different passwords, tokens and so on were masked. */
  readonly masked: Report['privacy']['masked'];
  readonly hostsShown: boolean;
  /** The report as text of its format, where it was not written to a file. */
  readonly content: string | null;
}
