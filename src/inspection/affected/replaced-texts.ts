import { quoteLiteral } from '../../database/quote.js';
import type { Step } from '../../releases/release.js';
import type { Action } from './actions.js';
import { ownFunctions } from './own-functions.js';
import type { PartState } from './part-states.js';
import type { ReadPinned } from './pinned.js';
import type { ViewState } from './relation-states.js';

/** Something under one of YokeFlow's names that a due step replaces or drops, with its text of before. */
export interface ReplacedText {
  readonly kind: 'function' | 'view' | 'constraint' | 'index' | 'trigger';
  /** Qualified; of a function with its arguments. */
  readonly name: string;
  /** SQL that makes it as it was. */
  readonly definition: string;
  /** What of it YokeFlow's has not, such as SECURITY DEFINER. */
  readonly has: readonly string[];
}

interface FunctionRow {
  name: string;
  identity: string;
  definition: string;
  body: string;
  language: string;
  volatility: string;
  security_definer: boolean;
  settings: string[] | null;
  strict: boolean;
  leakproof: boolean;
  parallel: string;
  cost: number;
}

/**
 * Reads the functions and triggers that the due steps replace by another text, or drop.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readReplaced(
  read: ReadPinned,
  schema: string,
  steps: readonly Step[],
  actions: readonly Action[],
): Promise<ReplacedText[]> {
  const names = (act: Action['act']) => actions.filter((action) => action.act === act);
  const functions = [...names('replace function'), ...names('drop function')].map(({ relation }) => relation);
  const triggers = names('drop trigger');
  const [rows, found] = await Promise.all([
    functions.length === 0 ? [] : read<FunctionRow>(functionsQuery(schema, functions)),
    triggers.length === 0 ? [] : read<{ name: string; definition: string }>(triggersQuery(schema, triggers)),
  ]);
  const own = ownFunctions(steps);
  return [
    ...rows.flatMap((row): ReplacedText[] => {
      const has = hasOfItsOwn(row, own.get(row.name)?.volatility);
      const isSame = has.length === 0 && own.get(row.name)?.body === row.body;
      return isSame ? [] : [{ kind: 'function', name: row.identity, definition: row.definition, has }];
    }),
    ...found.map(({ name, definition }): ReplacedText => ({ kind: 'trigger', name, definition, has: [] })),
  ];
}

/** Views, constraints and indexes whose state was read anyway. Pure. */
export function replacedStates(
  schema: string,
  views: readonly ViewState[],
  parts: readonly PartState[],
  actions: readonly Action[],
): ReplacedText[] {
  return [
    ...views.map(
      (view): ReplacedText => ({
        kind: 'view',
        name: `${view.schema}.${view.name}`,
        has: view.options,
        definition: `CREATE VIEW ${view.schema}.${view.name}${view.options.length > 0 ? ` WITH (${view.options.join(', ')})` : ''} AS ${view.definition}`,
      }),
    ),
    ...parts
      .filter(({ table, name }) =>
        actions.some(
          (action) => action.relation === table && action.name === name && /^(?:drop|remake)/.test(action.act),
        ),
      )
      .map(
        ({ kind, table, name, definition }): ReplacedText => ({
          kind,
          name: `${schema}.${table}.${name}`,
          definition,
          has: [],
        }),
      ),
  ];
}

function hasOfItsOwn(row: FunctionRow, volatility = 'v'): string[] {
  const volatilities: Readonly<Record<string, string>> = { v: 'VOLATILE', s: 'STABLE', i: 'IMMUTABLE' };
  return [
    ...(row.language === 'plpgsql' ? [] : [`LANGUAGE ${row.language}`]),
    ...(row.security_definer ? ['SECURITY DEFINER'] : []),
    ...(row.settings ?? []).map((setting) => `SET ${setting.replace('=', ' = ')}`),
    ...(row.volatility === volatility ? [] : [volatilities[row.volatility] ?? '']),
    ...(row.strict ? ['STRICT'] : []),
    ...(row.leakproof ? ['LEAKPROOF'] : []),
    ...(row.parallel === 'u' ? [] : [`PARALLEL ${row.parallel === 's' ? 'SAFE' : 'RESTRICTED'}`]),
    ...(row.cost === 100 ? [] : [`COST ${row.cost}`]),
  ];
}

function functionsQuery(schema: string, names: readonly string[]): string {
  return `
SELECT p.proname AS name, n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS identity,
       pg_get_functiondef(p.oid) AS definition, p.prosrc AS body, l.lanname AS language, p.provolatile AS volatility,
       p.prosecdef AS security_definer, to_json(p.proconfig) AS settings, p.proisstrict AS strict, p.proleakproof AS leakproof,
       p.proparallel AS parallel, p.procost AS cost
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
 WHERE n.nspname = ${quoteLiteral(schema)} AND p.prokind = 'f' AND p.proname IN (${names.map(quoteLiteral).join(', ')})
 ORDER BY p.oid`;
}

function triggersQuery(schema: string, triggers: readonly Action[]): string {
  const wanted = triggers
    .map(({ relation, name = '' }) => `(${quoteLiteral(relation)}, ${quoteLiteral(name)})`)
    .join(', ');
  return `
SELECT n.nspname || '.' || c.relname || '.' || t.tgname AS name, pg_get_triggerdef(t.oid) AS definition
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ${quoteLiteral(schema)} AND NOT t.tgisinternal AND (c.relname, t.tgname) IN (${wanted})`;
}
