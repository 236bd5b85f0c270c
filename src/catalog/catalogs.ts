/** Oids below are PostgreSQL's own (FirstNormalObjectId in its source). */
export const FIRST_USER_OID = 16384;

/** The catalogs whose rows belong to a relation, and the column that says to which. */
export const ofRelations: readonly (readonly [catalog: string, relation: string])[] = [
  ['pg_class', 'oid'],
  ['pg_attribute', 'attrelid'],
  ['pg_attrdef', 'adrelid'],
  ['pg_constraint', 'conrelid'],
  ['pg_index', 'indexrelid'],
  ['pg_rewrite', 'ev_class'],
  ['pg_policy', 'polrelid'],
  ['pg_statistic_ext', 'stxrelid'],
  ['pg_sequence', 'seqrelid'],
  ['pg_inherits', 'inhrelid'],
  ['pg_partitioned_table', 'partrelid'],
  ['pg_foreign_table', 'ftrelid'],
];

/** The catalogs of what belongs to no relation, and from which version on they are there ("System Catalogs"). */
const ofNoRelation: readonly (readonly [catalog: string, since: number])[] = [
  ['pg_extension', 0],
  ['pg_namespace', 0],
  ['pg_cast', 0],
  ['pg_operator', 0],
  ['pg_opclass', 0],
  ['pg_opfamily', 0],
  ['pg_amop', 0],
  ['pg_amproc', 0],
  ['pg_am', 0],
  ['pg_collation', 0],
  ['pg_conversion', 0],
  ['pg_ts_config', 0],
  ['pg_ts_dict', 0],
  ['pg_ts_parser', 0],
  ['pg_ts_template', 0],
  ['pg_publication', 0],
  ['pg_publication_rel', 0],
  ['pg_publication_namespace', 150000],
  ['pg_event_trigger', 0],
  ['pg_foreign_data_wrapper', 0],
  ['pg_foreign_server', 0],
  ['pg_transform', 0],
  ['pg_language', 0],
  ['pg_default_acl', 0],
];

/** Those of them that a server of this version has. Pure. */
export const ofDatabase = (versionNumber: number): string[] =>
  ofNoRelation.filter(([, since]) => versionNumber >= since).map(([catalog]) => catalog);
