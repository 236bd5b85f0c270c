import type { Answers, Decide, Decision } from '../app/decisions.js';
import type { Alternative } from '../database/target.js';
import { SeveralDatabases } from '../detect/choose.js';

/** A question as a program gets it: data, and nothing secret. */
export type ApiDecision =
  /** Which of several databases? Answered by its place in the list. */
  | { readonly kind: 'database'; readonly databases: readonly Alternative[] }
  /** The connection, where `databaseUrlFile` is `-`. */
  | { readonly kind: 'database-url' }
  /** A container is stopped. Start it? */
  | { readonly kind: 'start'; readonly container: string; readonly failed: string }
  /** The password of a connection; `refused` is what the server said to the last one. */
  | {
      readonly kind: 'password';
      readonly user: string;
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly refused: string | undefined;
    }
  /** Agents are at work. Go on all the same? */
  | {
      readonly kind: 'while-running';
      readonly running: readonly { readonly project: string; readonly number: number }[];
    }
  | {
      readonly kind: 'upgrade';
      readonly withBackup: boolean;
      readonly isRepair: boolean;
      readonly crossesTo: string | undefined;
    }
  /** The database is empty. Load YokeFlow's schema? */
  | { readonly kind: 'init'; readonly database: string; readonly source: string; readonly to: string }
  | { readonly kind: 'rollback'; readonly to: string; readonly losesRows: boolean }
  | { readonly kind: 'restore'; readonly database: string }
  /** The backup has no rows where the database has some; null where their number is not known. */
  | {
      readonly kind: 'empty-tables';
      readonly lost: readonly { readonly table: string; readonly rows: number | null }[];
    }
  /** A report was collected. Write it to this file? */
  | { readonly kind: 'report'; readonly file: string };

/** The answers to each kind of question. */
export type ApiAnswers = Omit<Answers, 'database'> & { readonly database: number };

/** Answers a question. `undefined` leaves it open: the run then ends, and its outcome names the option that answers it. */
export type DecideApi = (
  decision: ApiDecision,
) => Promise<ApiAnswers[keyof ApiAnswers] | undefined> | ApiAnswers[keyof ApiAnswers] | undefined;

/** A program's answers as those of a run. */
export function decisionsFor(decide: DecideApi): Decide {
  return (async (decision: Decision) => {
    const answer = await decide(asData(decision));
    return decision.kind === 'database' ? decision.described[answer as number] : answer;
  }) as Decide;
}

function asData(decision: Decision): ApiDecision {
  switch (decision.kind) {
    case 'database':
      return { kind: 'database', databases: new SeveralDatabases(decision.described).candidates };
    case 'password': {
      const { user, host, port, database } = decision.target;
      return { kind: 'password', user, host, port, database, refused: decision.refused };
    }
    case 'while-running':
      return { kind: 'while-running', running: decision.running.map(({ project, number }) => ({ project, number })) };
    case 'upgrade':
      return {
        kind: 'upgrade',
        withBackup: decision.withBackup,
        isRepair: decision.isRepair,
        crossesTo: decision.crossesTo,
      };
    case 'empty-tables':
      return { kind: 'empty-tables', lost: decision.lost.map(({ table, rows }) => ({ table, rows })) };
    case 'report':
      return { kind: 'report', file: decision.file };
    default:
      return decision;
  }
}
