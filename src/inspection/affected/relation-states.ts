import type { ReadPinned } from './pinned.js';

/** One privilege, as aclexplode() tells it. */
export interface Grant {
  readonly grantee: string;
  /** A role may be called PUBLIC too. */
  readonly isPublic: boolean;
  readonly grantor: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

interface Part {
  readonly name: string;
  readonly definition: string;
  /** pg_trigger.tgenabled or pg_rewrite.ev_enabled: `O` is as made. */
  readonly enabled: string;
  readonly comment: string | null;
}

export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
  readonly default: string | null;
  readonly grants: readonly Grant[];
}

/** All that there is to a view. Every name in it is qualified. */
export interface ViewState {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  /** `security_barrier=true` and the like. */
  readonly options: readonly string[];
  readonly comment: string | null;
  readonly definition: string;
  /** Null where nobody ever granted or revoked anything: the owner alone has rights. */
  readonly grants: readonly Grant[] | null;
  readonly columns: readonly ViewColumn[];
  readonly triggers: readonly Part[];
  readonly rules: readonly Part[];
  /** Views of the same list that its query uses, by oid. */
  readonly uses: readonly number[];
  /** Extensions that it or a trigger of it belongs to or depends on. */
  readonly extensions: readonly string[];
  readonly hasSecurityLabels: boolean;
  /** Whether the role that connected may make it anew for its owner. */
  readonly mayRestore: boolean;
  /** Grantors for whom the role that connected cannot act, or as whom PostgreSQL would not record the grant. */
  readonly foreignGrantors: readonly string[];
}

/**
 * Reads all that there is to these views.
 * @throws {DatabaseError | ConnectionLost}
 */
export async function readViews(
  read: ReadPinned,
  oids: readonly number[],
  versionNumber: number,
): Promise<ViewState[]> {
  return oids.length === 0 ? [] : read<ViewState>(viewsQuery(oids, versionNumber));
}

const grants = (acl: string) => `(SELECT json_agg(json_build_object(
         'grantee', CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END, 'isPublic', g.grantee = 0,
         'grantor', pg_get_userbyid(g.grantor), 'privilege', g.privilege_type, 'grantable', g.is_grantable) ORDER BY g.ordinality)
    FROM aclexplode(${acl}) WITH ORDINALITY g)`;

function viewsQuery(oids: readonly number[], versionNumber: number): string {
  const list = oids.join(', ');
  // Membership with the right to SET ROLE has a name of its own from 16 on ("System Information Functions").
  const mayBecome = versionNumber >= 160000 ? 'SET' : 'MEMBER';
  return `
SELECT v.oid::bigint AS oid, n.nspname AS schema, v.relname AS name, pg_get_userbyid(v.relowner) AS owner,
       COALESCE(to_json(v.reloptions), '[]') AS options,
       obj_description(v.oid, 'pg_class') AS comment,
       pg_get_viewdef(v.oid) AS definition,
       CASE WHEN v.relacl IS NULL THEN NULL ELSE COALESCE(${grants('v.relacl')}, '[]') END AS grants,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'comment', col_description(v.oid, a.attnum),
                                          'default', pg_get_expr(d.adbin, d.adrelid), 'grants', COALESCE(${grants('a.attacl')}, '[]')) ORDER BY a.attnum)
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       COALESCE((SELECT json_agg(json_build_object('name', t.tgname, 'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled,
                                                   'comment', obj_description(t.oid, 'pg_trigger')) ORDER BY t.oid)
                   FROM pg_trigger t WHERE t.tgrelid = v.oid AND NOT t.tgisinternal), '[]') AS triggers,
       COALESCE((SELECT json_agg(json_build_object('name', r.rulename, 'definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled,
                                                   'comment', obj_description(r.oid, 'pg_rewrite')) ORDER BY r.oid)
                   FROM pg_rewrite r WHERE r.ev_class = v.oid AND r.rulename <> '_RETURN'), '[]') AS rules,
       COALESCE((SELECT json_agg(DISTINCT d.refobjid::bigint) FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                  WHERE r.ev_class = v.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid AND d.refobjid IN (${list})), '[]') AS uses,
       COALESCE((SELECT json_agg(DISTINCT x.extname) FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = v.oid
                     OR d.classid = 'pg_trigger'::regclass AND d.objid IN (SELECT oid FROM pg_trigger WHERE tgrelid = v.oid)), '[]') AS extensions,
       EXISTS (SELECT FROM pg_seclabel l WHERE l.classoid = 'pg_class'::regclass AND l.objoid = v.oid) AS "hasSecurityLabels",
       -- Of the role that connected: the transaction acts as the tables' owner, but not for these views. A new owner needs CREATE ("ALTER VIEW").
       pg_has_role(session_user, v.relowner, 'USAGE') AND pg_has_role(session_user, v.relowner, '${mayBecome}')
         AND has_schema_privilege(session_user, v.relnamespace, 'CREATE')
         AND ((SELECT rolsuper FROM pg_roles WHERE rolname = session_user) OR has_schema_privilege(v.relowner, v.relnamespace, 'CREATE')) AS "mayRestore",
       -- Whoever has the owner's rights grants in the owner's name ("GRANT").
       COALESCE((SELECT json_agg(DISTINCT pg_get_userbyid(g.grantor))
                   FROM (SELECT (aclexplode(v.relacl)).grantor UNION SELECT (aclexplode(a.attacl)).grantor FROM pg_attribute a WHERE a.attrelid = v.oid) g
                  WHERE g.grantor <> v.relowner
                    AND (NOT pg_has_role(session_user, g.grantor, '${mayBecome}') OR pg_has_role(g.grantor, v.relowner, 'USAGE'))), '[]') AS "foreignGrantors"
  FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
 WHERE v.oid IN (${list})`;
}
