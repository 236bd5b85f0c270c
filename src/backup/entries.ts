export interface ArchiveEntry {
  /** As pg_restore --use-list reads it. */
  readonly id: string;
  /** Kind, schema, name and owner, separated by spaces; all but the kind may contain spaces themselves: `TABLE public projects agent`. */
  readonly what: string;
}

/** Reads the lines `215; 1259 16389 TABLE public projects agent` of `pg_restore --list`. Pure. */
export function readEntries(list: string): ArchiveEntry[] {
  return list.split('\n').flatMap((line) => {
    const [, id, what] = /^(\d+); \d+ \d+ (.*)$/.exec(line) ?? [];
    return id === undefined || what === undefined ? [] : [{ id, what }];
  });
}

/** Kinds of more than one word; a longer one comes before the one that it begins with (pg_dump.c, ARCHIVE_OPTS.description). */
const ofManyWords = [
  'MATERIALIZED VIEW DATA',
  'MATERIALIZED VIEW',
  'TABLE DATA',
  'TABLE ATTACH',
  'FOREIGN TABLE',
  'FOREIGN DATA WRAPPER',
  'USER MAPPING',
  'EVENT TRIGGER',
  'PUBLICATION TABLES IN SCHEMA',
  'PUBLICATION TABLE',
  'SUBSCRIPTION TABLE',
  'DEFAULT ACL',
  'SECURITY LABEL',
  'ROW SECURITY',
  'SEQUENCE SET',
  'SEQUENCE OWNED BY',
  'STATISTICS DATA',
  'FK CONSTRAINT',
  'CHECK CONSTRAINT',
  'INDEX ATTACH',
  'BLOB METADATA',
  'BLOB COMMENTS',
  'DATABASE PROPERTIES',
  'PROCEDURAL LANGUAGE',
  'SHELL TYPE',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'ACCESS METHOD',
];

/** The kind of an entry, as pg_restore names it. Pure. */
export function kindOf({ what }: ArchiveEntry): string {
  return ofManyWords.find((kind) => what.startsWith(`${kind} `)) ?? what.split(' ')[0] ?? '';
}

/** Whether an entry is of this kind and about a table of this name, in whatever schema. Pure. */
export function isOfTable(entry: ArchiveEntry, kind: 'TABLE' | 'TABLE DATA', table: string): boolean {
  const rest = kindOf(entry) === kind ? entry.what.slice(kind.length + 1) : '';
  return rest.slice(rest.indexOf(' ') + 1).startsWith(`${table} `);
}
