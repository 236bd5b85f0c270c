import { quoteIdentifier, quoteLiteral } from '../../database/quote.js';
import { grantsInOrder } from './grants-in-order.js';
import type { ViewState } from './relation-states.js';

/** A view of the user's that is taken down before the steps and put back as it was after them. */
export interface CarriedView {
  /** `schema.relation` */
  readonly name: string;
  readonly schema: string;
  readonly relation: string;
  readonly drop: string;
  readonly restore: readonly string[];
}

/** Why a view cannot be put back as it is; undefined where it can. Pure. */
export function whyNotCarried(view: ViewState): string | undefined {
  const { extensions, triggers, rules, owner, foreignGrantors } = view;
  if (extensions.length > 0) return `it belongs to or depends on the extension ${extensions.join(' and ')}`;
  if (view.hasSecurityLabels) return 'it has security labels';
  if ([...triggers, ...rules].some(({ enabled }) => enabled !== 'O'))
    return 'a trigger or rule of it is switched off, or on for replicas';
  if (!view.mayRestore) return `it belongs to ${owner}, for whom the role that you connected with may not put it back`;
  if (foreignGrantors.length > 0)
    return `${foreignGrantors.join(' and ')} granted rights on it, and the role that you connected with cannot grant them in that name`;
  if (rightsOf(view) === undefined) return 'its rights were granted by roles that may no longer grant them';
  return undefined;
}

/** How a view that can be carried is taken down and put back. Pure. */
export function carriedView(view: ViewState): CarriedView {
  const name = quoted(view);
  const columns = view.columns.map((column) => column.name);
  return {
    name: `${view.schema}.${view.name}`,
    schema: view.schema,
    relation: view.name,
    drop: `DROP VIEW ${name}`,
    restore: [`CREATE VIEW ${name} AS ${view.definition.replace(/;\s*$/, '')}`, ...restoredParts(view, columns)],
  };
}

/**
 * All that belongs to a view but its query, for one that was made anew: owner, options, rights, comments, defaults,
 * triggers, rules. Default privileges may have given rights to others, so those are taken away first. Pure.
 * @param columns those that the new view has
 */
export function restoredParts(view: ViewState, columns: readonly string[]): string[] {
  const name = quoted(view);
  const kept = view.columns.filter((column) => columns.includes(column.name));
  return [
    `ALTER VIEW ${name} OWNER TO ${quoteIdentifier(view.owner)}`,
    ...restoredOptions(view),
    withoutDefaultPrivileges(view),
    ...(rightsOf({ ...view, columns: kept }) ?? []),
    ...comment('VIEW', name, view.comment),
    ...kept.flatMap((column) => [
      ...(column.default === null
        ? []
        : [`ALTER VIEW ${name} ALTER COLUMN ${quoteIdentifier(column.name)} SET DEFAULT ${column.default}`]),
      ...comment('COLUMN', `${name}.${quoteIdentifier(column.name)}`, column.comment),
    ]),
    ...view.triggers.flatMap((trigger) => [
      trigger.definition,
      ...comment('TRIGGER', `${quoteIdentifier(trigger.name)} ON ${name}`, trigger.comment),
    ]),
    ...view.rules.flatMap((rule) => [
      rule.definition.replace(/;\s*$/, ''),
      ...comment('RULE', `${quoteIdentifier(rule.name)} ON ${name}`, rule.comment),
    ]),
  ];
}

/** CREATE OR REPLACE VIEW takes off every option that it does not name. Pure. */
export function restoredOptions(view: ViewState): string[] {
  return view.options.length === 0 ? [] : [`ALTER VIEW ${quoted(view)} SET (${view.options.join(', ')})`];
}

function quoted({ schema, name }: ViewState): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function comment(kind: string, name: string, text: string | null): string[] {
  return text === null ? [] : [`COMMENT ON ${kind} ${name} IS ${quoteLiteral(text)}`];
}

function rightsOf(view: ViewState): string[] | undefined {
  const name = quoted(view);
  const ofView = grantsInOrder(name, view.owner, view.grants ?? []);
  const ofColumns = view.columns.map((column) =>
    grantsInOrder(name, view.owner, column.grants, quoteIdentifier(column.name), view.grants ?? []),
  );
  if (ofView === undefined || ofColumns.includes(undefined)) return undefined;
  return [...ofView, ...ofColumns.flatMap((statements) => statements ?? [])];
}

function withoutDefaultPrivileges(view: ViewState): string {
  const name = quoted(view);
  const owner = quoteIdentifier(view.owner);
  // Where nobody ever granted anything, the owner has all rights without an entry. Otherwise its entry is one of the others.
  const owners =
    view.grants === null
      ? `IF EXISTS (SELECT FROM pg_class WHERE oid = relation AND relacl IS NOT NULL) THEN GRANT ALL ON TABLE ${name} TO ${owner}; END IF;`
      : `REVOKE ALL ON TABLE ${name} FROM ${owner};`;
  // A literal and not dollar quotes: a name may hold those.
  return `DO ${quoteLiteral(`DECLARE
  relation constant oid := ${quoteLiteral(name)}::regclass;
  granted record;
BEGIN
  FOR granted IN SELECT DISTINCT CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS role
                   FROM pg_class c, aclexplode(c.relacl) g WHERE c.oid = relation LOOP
    EXECUTE 'REVOKE ALL ON TABLE ' || ${quoteLiteral(name)} || ' FROM ' || granted.role;
  END LOOP;
  ${owners}
END`)}`;
}
