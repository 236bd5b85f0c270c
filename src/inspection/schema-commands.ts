import type { Dropped } from './affected/dropped.js';
import { changeSections } from './change-sections.js';
import type { Inspection } from './inspection.js';

/** The commands that change the schema, by their tags ("Event Trigger Firing Matrix"). */
export interface Commands {
  /** Commands that always run. */
  readonly sure: readonly string[];
  /** Commands that a step runs only where something is in its way. */
  readonly possible: readonly string[];
  /** Whether a column is dropped. */
  readonly dropsColumns: boolean;
  /** Whether a column is added whose default differs from row to row: PostgreSQL rewrites the table for it. */
  readonly rewrites: boolean;
}

const kinds = 'TABLE|VIEW|FUNCTION|INDEX|TRIGGER|TYPE|SCHEMA';
const command = new RegExp(
  `\\b(CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+)?(?:UNIQUE\\s+|%s\\s+)?(${kinds})\\b|\\b(COMMENT)\\s+ON\\b`,
  'g',
);

/** Ends the tag of a temporary function, which is in no schema of the user. */
export const TEMPORARY = ' pg_temp';

function tagsIn(sql: string): string[] {
  return [...sql.matchAll(command)].map(([, verb, kind, comment]) => comment ?? `${verb} ${kind}`);
}

/** What an upgrade runs, from the very statements of the plan. Pure but for reading sql/. */
export function commandsOfUpgrade(inspection: Pick<Inspection, 'plan' | 'snapshot' | 'affected'>): Commands {
  const { plan } = inspection;
  const pending = plan.steps.some(({ status }) => status === 'pending');
  if (plan.steps.length === 0) return { sure: [], possible: [], dropsColumns: false, rewrites: false };
  const statements = changeSections(inspection)
    .flatMap((section) => section.statements)
    .map(({ sql }) => sql.replace(/^(?:\s|--[^\n]*(?:\n|$))+/, ''));
  const sure = statements.flatMap((sql) => {
    const [first] = tagsIn(sql.slice(0, 200));
    if (/^SELECT pg_temp\.yokeflow_upgrade_ensure_index\b/.test(sql) && pending) return ['CREATE INDEX'];
    if (first === undefined || !/^(?:CREATE|ALTER|DROP|COMMENT)\b/.test(sql)) return [];
    return [/FUNCTION/.test(first) && /^\w+ FUNCTION pg_temp\./.test(sql) ? `${first}${TEMPORARY}` : first];
  });
  const all = [...(plan.labels.length > 0 ? ['ALTER TYPE'] : []), ...sure];
  return {
    sure: [...new Set(all)],
    possible: [...new Set(statements.flatMap(tagsIn).filter((tag) => !all.includes(tag)))],
    dropsColumns: statements.some((sql) => /^ALTER TABLE[^;]*\bDROP COLUMN\b/.test(sql)),
    rewrites: pending && statements.some((sql) => /^ALTER TABLE[^;]*\bDEFAULT gen_random_uuid\(\)/.test(sql)),
  };
}

/** What a rollback runs. Pure. */
export function commandsOfRollback({ dropped: { tables, views, functions } }: { readonly dropped: Dropped }): Commands {
  const sure = [
    ...(tables.length > 0 ? ['DROP TABLE'] : []),
    ...(views.length > 0 ? ['DROP VIEW'] : []),
    ...(functions.length > 0 ? ['DROP FUNCTION'] : []),
  ];
  return { sure, possible: [], dropsColumns: false, rewrites: false };
}

/** Every tag, as PostgreSQL spells it. Pure. */
export function tagsOf({ sure, possible }: Commands): string[] {
  return [...new Set([...sure, ...possible].map((tag) => tag.replace(TEMPORARY, '')))];
}
