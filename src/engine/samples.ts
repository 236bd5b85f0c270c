import { namesOf, ofKind } from '../catalog/keys.js';
import { quoteLiteral } from '../database/quote.js';
import type { Session } from '../database/session.js';
import { splitStatements } from '../database/split-statements.js';
import { redactText } from '../redaction/redact.js';
import { withoutRowValues } from '../redaction/row-values.js';
import { everyKey } from '../releases/registry.js';
import type { Control, Probe } from '../releases/release.js';
import { readSql } from '../releases/sql-files.js';
import type { Hindrance } from '../inspection/check.js';

/** Where {@link shapeStatements} and {@link sampleStatements} leave what hindered them, as a JSON object. */
const HINDERED = 'yokeflow_upgrade.hindered';
const SAMPLE_ROWS = 'sample rows';

/** What keeps probes from being run, by what they need. */
export type Hindrances = ReadonlyMap<string, Hindrance>;

/** What looks at the tables that get sample rows, and changes nothing but settings of the transaction. */
export function shapeStatements(): string[] {
  return [
    `SET LOCAL yokeflow_upgrade.own = ${quoteLiteral(JSON.stringify(ownObjects()))}`,
    ...statementsOf('shared/sample-shapes.sql'),
  ];
}

/**
 * What makes the sample rows by those shapes and tries the controls on them; the caller puts a savepoint around all of it.
 * A fork's own rules do not make it fail: they are left in a setting, for {@link readHindrances} and {@link probeOrSkip}.
 */
export function sampleStatements(): string[] {
  return [...statementsOf('shared/sample-rows.sql'), ...statementsOf('shared/controls.sql')];
}

const statementsOf = (file: string): string[] => splitStatements(readSql(file)).map(({ sql }) => sql);

/** The names of YokeFlow's own columns, functions and constraints; all others are a fork's. Pure. */
function ownObjects(): { columns: Record<string, string[]>; functions: string[]; constraints: string[] } {
  const columns: Record<string, string[]> = {};
  for (const { relation, name = '' } of ofKind(everyKey, 'column')) (columns[relation] ??= []).push(name);
  return {
    columns,
    functions: namesOf(everyKey, 'function'),
    constraints: [...ofKind(everyKey, 'constraint'), ...ofKind(everyKey, 'index')].map(({ name = '' }) => name),
  };
}

/**
 * Reads what hindered the sample rows and the controls. Tokens and values of rows are taken out.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readHindrances(session: Session): Promise<Hindrances> {
  const [row] = await session.rows<{ hindered: Record<string, Hindrance> }>(
    `SELECT current_setting('${HINDERED}')::json AS hindered`,
  );
  return new Map(
    Object.entries(row?.hindered ?? {}).map(([need, { reason, state }]) => [
      need,
      { state, reason: redactText(withoutRowValues(reason)) },
    ]),
  );
}

/** Why a probe cannot be run; undefined where it can. Pure. */
export function hindranceOf({ needs }: Probe, hindrances: Hindrances): Hindrance | undefined {
  return [SAMPLE_ROWS, ...needs].map((need) => hindrances.get(need)).find((hindrance) => hindrance !== undefined);
}

/**
 * Runs a probe for psql, which has nobody to decide: a probe that something hinders is left out.
 * @param strict whether that is an error instead of a warning
 */
export function probeOrSkip({ file, title, needs }: Probe, strict: boolean): string {
  const wanted: readonly (Control | typeof SAMPLE_ROWS)[] = [SAMPLE_ROWS, ...needs];
  return `DO $run$
DECLARE
  wanted CONSTANT text[] := ARRAY[${wanted.map(quoteLiteral).join(', ')}];
  reason text := (SELECT value ->> 'reason' FROM json_each(current_setting('${HINDERED}')::json) WHERE key = ANY (wanted) ORDER BY array_position(wanted, key) LIMIT 1);
BEGIN
  IF reason IS NOT NULL THEN
    RAISE ${strict ? 'EXCEPTION' : 'WARNING'} 'not probed, because %: "%"', reason, ${quoteLiteral(title)};
    RETURN;
  END IF;
  EXECUTE ${quoted(file)};
  SET CONSTRAINTS ALL IMMEDIATE;
END $run$`;
}

/** A probe's script as a text of SQL. */
export function quoted(file: string): string {
  return `$probe_file$${splitStatements(readSql(file))
    .map(({ sql }) => sql)
    .join(';\n')}$probe_file$`;
}
