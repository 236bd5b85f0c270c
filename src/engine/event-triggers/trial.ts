import { randomBytes } from 'node:crypto';
import { ofKind } from '../../catalog/keys.js';
import type { Snapshot } from '../../catalog/snapshot.js';
import type { Connect } from '../../database/connect.js';
import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import { DatabaseError } from '../../database/session.js';
import { UpgradeError } from '../../errors/error.js';
import { inertSql } from '../../inert/sql.js';
import { settings, yokeflowPath } from '../../planning/transaction-settings.js';
import { tagsOf, TEMPORARY, type Commands } from '../../inspection/schema-commands.js';
import { firesOn, type EventTrigger } from '../../inspection/preflight-checks/event-triggers.js';

/** One command on an object of this program's own. */
interface Attempt {
  readonly tag: string;
  /** What has to be there for it. Where that fails, nothing is said of the command. */
  readonly setup: readonly string[];
  readonly statements: readonly string[];
}

interface Blocked {
  readonly tag: string;
  readonly message: string;
  readonly context: string;
}

/** How long, in ms, all of it may take: what an event trigger does is not ours. */
const LIMIT_MS = 10_000;
const RESULT = 'yokeflow_upgrade.trial';

/**
 * Tries whether event triggers let through the commands that a run is going to need, on objects of its own and as the role
 * that it will act as; then everything is rolled back. No lock on anything of YokeFlow's is taken that a query or a write
 * would wait for. Only a run that goes on to do the same may call this: event triggers run, and they are somebody's code.
 * @throws {UpgradeError} YF319 where one of them forbids it
 */
export async function tryEventTriggers(
  connect: Connect,
  triggers: readonly EventTrigger[],
  commands: Commands,
  snapshot: Snapshot,
  lockTimeoutMs: number,
): Promise<void> {
  const firing = triggers.filter((trigger) => firesOn(trigger, tagsOf({ ...commands, possible: [] })));
  if (firing.length === 0) return;
  const blocked = await tryAll(connect, attempts(commands, snapshot), snapshot, lockTimeoutMs);
  const forbidden = blocked.flatMap(({ tag, message, context }) => {
    const guilty = firing.filter((trigger) => firesOn(trigger, [tag]) && calls(context, trigger));
    return guilty.length === 0 ? [] : [{ tag, message, guilty }];
  });
  if (forbidden.length > 0) throw forbids(forbidden, firing);
}

/** Whether a function is among those that were at work; procedural languages spell it with its arguments or in quotes. */
function calls(context: string, { functionName }: EventTrigger): boolean {
  return [`${functionName}(`, `${functionName}"(`, `"${functionName}"`].some((spelling) => context.includes(spelling));
}

async function tryAll(
  connect: Connect,
  tried: readonly Attempt[],
  snapshot: Snapshot,
  lockTimeoutMs: number,
): Promise<Blocked[]> {
  const session = await connect();
  try {
    await session.begin();
    for (const statement of [
      ...settings(snapshot, lockTimeoutMs),
      `SET LOCAL statement_timeout = ${LIMIT_MS}`,
      yokeflowPath(snapshot),
      trialStatement(tried),
    ])
      session.ahead(statement);
    const [row] = await session.rows<{ blocked: Blocked[] }>(
      `SELECT pg_catalog.current_setting('${RESULT}')::pg_catalog.json AS blocked`,
    );
    return row?.blocked ?? [];
  } catch (error) {
    // A lock or the time limit stopped the attempt. That says nothing against the run.
    if (error instanceof DatabaseError) return [];
    throw error;
  } finally {
    session.rollback();
    await session.close();
  }
}

/** Goes through all attempts, each in a savepoint, and leaves in a setting which of them failed and in whose code. */
function trialStatement(tried: readonly Attempt[]): string {
  return `DO $trial$
DECLARE
  attempt record;
  statement text;
  is_set_up boolean;
  failed jsonb := '[]';
  said text;
  place text;
BEGIN
  FOR attempt IN SELECT * FROM pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(tried))}) AS a (tag text, setup text[], statements text[]) LOOP
    is_set_up := false;
    BEGIN
      FOREACH statement IN ARRAY attempt.setup LOOP EXECUTE statement; END LOOP;
      is_set_up := true;
      FOREACH statement IN ARRAY attempt.statements LOOP EXECUTE statement; END LOOP;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, place = PG_EXCEPTION_CONTEXT;
      IF is_set_up THEN
        failed := pg_catalog.jsonb_insert(failed, '{-1}', pg_catalog.jsonb_build_object('tag', attempt.tag, 'message', said, 'context', place), true);
      END IF;
    END;
  END LOOP;
  PERFORM pg_catalog.set_config('${RESULT}', failed::text, true);
END
$trial$`;
}

function attempts({ sure, dropsColumns, rewrites }: Commands, { schema, objects }: Snapshot): Attempt[] {
  const base = `yokeflow_upgrade_trial_${randomBytes(4).toString('hex')}`;
  let count = 0;
  return sure.flatMap((command): Attempt[] => {
    const tag = command.replace(TEMPORARY, '');
    const inSchema = (what = '') =>
      `${command.endsWith(TEMPORARY) ? 'pg_temp' : quoteIdentifier(schema)}.${base}_${count}${what}`;
    const one = (setup: string[], ...statements: string[]) => ({ tag, setup, statements });
    const dropped = (kind: string, make: (name: string) => string, after = '') => {
      count++;
      const name = inSchema();
      // Even where the object cannot be made here, this shows whether the command is let through.
      return [
        one([], `DROP ${kind} IF EXISTS ${inSchema('_none')}${after}`),
        one([make(name)], `DROP ${kind} ${name}${after}`),
      ];
    };
    count++;
    const name = inSchema();
    const emptyFunction = (of: string) => `CREATE FUNCTION ${of}() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'`;
    switch (tag) {
      case 'CREATE TABLE':
        return [one([], `CREATE TABLE ${name} ()`)];
      case 'ALTER TABLE':
        return [
          one(
            [`CREATE TABLE ${name} ()`],
            `ALTER TABLE ${name} ADD COLUMN id uuid${rewrites ? ' DEFAULT gen_random_uuid()' : ''}, ADD COLUMN a varchar(20)`,
            `ALTER TABLE ${name} ADD CONSTRAINT ${base}_check CHECK (a IS NOT NULL)`,
            ...(dropsColumns ? [`ALTER TABLE ${name} DROP COLUMN a`] : []),
          ),
        ];
      case 'CREATE INDEX':
        return [one([`CREATE TABLE ${name} (a text)`], `CREATE INDEX ${base}_${count}_index ON ${name} (a)`)];
      case 'CREATE VIEW':
        return [one([], `CREATE OR REPLACE VIEW ${name} AS SELECT 1 AS a`)];
      case 'CREATE FUNCTION':
        return [one([], emptyFunction(name))];
      case 'COMMENT':
        return [one([`CREATE TABLE ${name} ()`], `COMMENT ON TABLE ${name} IS 'a trial'`)];
      case 'ALTER TYPE': {
        // A label that is there: nothing is added, and no query or write waits for the lock.
        const label = ofKind(objects.keys(), 'label').find(({ relation }) => relation === 'session_status')?.name;
        return label === undefined
          ? []
          : [
              one(
                [],
                `ALTER TYPE ${quoteIdentifier(schema)}.session_status ADD VALUE IF NOT EXISTS ${quoteLiteral(label)}`,
              ),
            ];
      }
      case 'DROP TABLE':
        return dropped('TABLE', (of) => `CREATE TABLE ${of} ()`);
      case 'DROP VIEW':
        return dropped('VIEW', (of) => `CREATE VIEW ${of} AS SELECT 1 AS a`);
      case 'DROP FUNCTION':
        return dropped('FUNCTION', emptyFunction, '()');
      default:
        return [];
    }
  });
}

function forbids(
  forbidden: readonly { tag: string; message: string; guilty: readonly EventTrigger[] }[],
  firing: readonly EventTrigger[],
): UpgradeError {
  const guilty = firing.filter((trigger) => forbidden.some((one) => one.guilty.includes(trigger)));
  const names = guilty.map(({ name }) => quoteIdentifier(name));
  return new UpgradeError({
    code: 'YF319',
    message: `${guilty.length === 1 ? 'An event trigger forbids' : 'Event triggers forbid'} what has to be done: ${guilty.map(({ name }) => name).join(', ')}.`,
    found: [
      ...new Set(
        forbidden.map(
          ({ tag, message, guilty: by }) =>
            `${tag}, in ${by
              .map((trigger) => trigger.function)
              .filter((one, i, all) => all.indexOf(one) === i)
              .join(' or ')}: ${message}`,
        ),
      ),
    ],
    remedy: `Let a superuser switch it off for the time of the run, in psql: ${inertSql(names.map((name) => `ALTER EVENT TRIGGER ${name} DISABLE;`).join(' '))} Then run this again, and put it back: ${inertSql(names.map((name) => `ALTER EVENT TRIGGER ${name} ENABLE;`).join(' '))}`,
  });
}
