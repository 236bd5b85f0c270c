import { splitStatements } from '../../database/split-statements.js';
import { readSql } from '../../releases/sql-files.js';
import type { Step } from '../../releases/release.js';

/** A function as a step makes it. */
export interface OwnFunction {
  readonly body: string;
  /** pg_proc.provolatile. */
  readonly volatility: 'v' | 's' | 'i';
}

const statement =
  /CREATE OR REPLACE FUNCTION (\w+)\s*\([\s\S]*?\bLANGUAGE plpgsql\b([^$]*)\bAS (\$\w*\$)([\s\S]*)\3\s*$/;

/** The functions that steps put in place, by name, read from the steps themselves. Pure but for reading sql/. */
export function ownFunctions(steps: readonly Step[]): ReadonlyMap<string, OwnFunction> {
  const functions = new Map<string, OwnFunction>();
  for (const { sql } of steps.flatMap(({ file }) => splitStatements(readSql(file)))) {
    const [, name, options = '', , body = ''] = statement.exec(sql) ?? [];
    if (name !== undefined)
      functions.set(name, {
        body,
        volatility: /\bSTABLE\b/.test(options) ? 's' : /\bIMMUTABLE\b/.test(options) ? 'i' : 'v',
      });
  }
  return functions;
}
