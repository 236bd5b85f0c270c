/** What a fork of YokeFlow added, and what of it a probe cannot get past. */
export interface Fork {
  readonly about: string;
  /**
   * The database that it shares with others: a probe has to get past all of them at once, and what it says names the table, column
   * or rule that stopped it. Absent: it has one of its own, where no probe can be run or where nothing else would fit.
   */
  readonly shares?: string;
  /** Whether it is met over psql too, on another release: one of each kind is enough for the second way to the same rows. */
  readonly twice?: true;
  /** Sent after the rows. Whatever it makes has `fork` in its name. */
  readonly sql: string;
  /** Changes the schema before it is loaded. */
  readonly edit?: readonly (readonly [from: string, to: string])[];
  /** Whether the tables are empty. */
  readonly empty?: true;
  /** Probes that cannot be run, or all of them; the others must hold. */
  readonly notProbed?: readonly string[] | 'all';
  /** What the reason must tell. */
  readonly because?: RegExp;
}

const forbid = (
  what: string,
  table: string,
  when = 'true',
  result = "RAISE EXCEPTION 'house rule: %', TG_OP; RETURN NULL;",
) => `
  CREATE FUNCTION fork_rule_${what}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ${when} THEN ${result} END IF; RETURN COALESCE(NEW, OLD); END $$;
  CREATE TRIGGER fork_rule_${what} BEFORE ${what} ON ${table} FOR EACH ROW EXECUTE FUNCTION fork_rule_${what}();`;

const deletes = ['probe.delete_what_is_referenced'];
const updates = ['probe.project_metrics', 'probe.pause_and_resume', 'probe.checkpoint_and_recovery'];

/** Forks that work with YokeFlow, each of one kind. */
export const forks: readonly Fork[] = [
  {
    about: 'a key that must not be null',
    shares: 'columns',
    twice: true,
    sql: `CREATE TABLE fork_tenants (id serial PRIMARY KEY, name text NOT NULL UNIQUE); INSERT INTO fork_tenants (name) VALUES ('north'), ('south');
      ALTER TABLE projects ADD fork_tenant integer; UPDATE projects SET fork_tenant = 2;
      ALTER TABLE projects ALTER fork_tenant SET NOT NULL, ADD FOREIGN KEY (fork_tenant) REFERENCES fork_tenants;`,
  },
  {
    about: 'keys of several columns that hold tenants apart',
    shares: 'keys',
    twice: true,
    sql: `CREATE TABLE fork_tenants (id uuid PRIMARY KEY); INSERT INTO fork_tenants SELECT id FROM projects;
      ALTER TABLE projects ADD fork_tenant uuid; UPDATE projects SET fork_tenant = id;
      ALTER TABLE projects ALTER fork_tenant SET NOT NULL, ADD FOREIGN KEY (fork_tenant) REFERENCES fork_tenants, ADD CONSTRAINT fork_p UNIQUE (fork_tenant, id);
      ALTER TABLE sessions ADD fork_tenant uuid; UPDATE sessions SET fork_tenant = project_id;
      ALTER TABLE sessions ALTER fork_tenant SET NOT NULL, ADD CONSTRAINT fork_s FOREIGN KEY (fork_tenant, project_id) REFERENCES projects (fork_tenant, id) ON DELETE CASCADE;
      ALTER TABLE epics ADD fork_tenant uuid; UPDATE epics SET fork_tenant = project_id;
      ALTER TABLE epics ALTER fork_tenant SET NOT NULL, ADD CONSTRAINT fork_e FOREIGN KEY (fork_tenant, project_id) REFERENCES projects (fork_tenant, id) ON DELETE CASCADE, ADD CONSTRAINT fork_ei UNIQUE (fork_tenant, id);
      ALTER TABLE tasks ADD fork_tenant uuid; UPDATE tasks SET fork_tenant = project_id;
      ALTER TABLE tasks ALTER fork_tenant SET NOT NULL, ADD CONSTRAINT fork_t FOREIGN KEY (fork_tenant, epic_id) REFERENCES epics (fork_tenant, id) ON DELETE CASCADE;`,
  },
  {
    about: 'a unique domain with a check',
    shares: 'columns',
    twice: true,
    sql: `CREATE DOMAIN fork_slug AS varchar(12) NOT NULL CHECK (VALUE ~ '^[a-z]{2}-[0-9]{4}$');
      ALTER TABLE projects ADD fork_slug fork_slug DEFAULT 'aa-0000';
      UPDATE projects SET fork_slug = 'pr-' || (1000 + length(name)); ALTER TABLE projects ALTER fork_slug DROP DEFAULT, ADD CONSTRAINT fork_u UNIQUE (fork_slug);`,
  },
  {
    about: 'short names',
    shares: 'names',
    twice: true,
    sql: 'ALTER TABLE projects ADD CONSTRAINT fork_short CHECK (char_length(name) <= 40);',
  },
  {
    about: 'names that begin like a title',
    shares: 'names',
    twice: true,
    sql: "ALTER TABLE projects ADD CONSTRAINT fork_title CHECK (name ~ '^[A-Z][a-z]+ [A-Z][a-z]+$');",
  },
  {
    about: 'names of letters and hyphens, from now on',
    shares: 'slugs',
    twice: true,
    sql: "ALTER TABLE projects ADD CONSTRAINT fork_slug CHECK (name ~ '^[a-z-]+$') NOT VALID;",
  },
  {
    about: 'a trigger that wants names in order',
    shares: 'names',
    twice: true,
    sql: forbid('INSERT', 'projects', "NEW.name !~ '^[A-Z]'"),
  },
  {
    about: 'a shorter name',
    shares: 'slugs',
    twice: true,
    edit: [['name varchar(255) NOT NULL UNIQUE', 'name varchar(16) NOT NULL UNIQUE']],
    sql: '',
  },
  {
    about: 'models of a list',
    shares: 'columns',
    twice: true,
    sql: `CREATE TABLE fork_models (name text PRIMARY KEY); INSERT INTO fork_models SELECT DISTINCT model FROM sessions; ALTER TABLE sessions ADD CONSTRAINT fork_m FOREIGN KEY (model) REFERENCES fork_models;`,
  },
  {
    about: 'an enum of its own, and columns of other types',
    shares: 'columns',
    twice: true,
    sql: `CREATE TYPE fork_tier AS ENUM ('free', 'paid'); CREATE TYPE fork_place AS (row integer, seat text);
      ALTER TABLE projects ADD fork_tier fork_tier NOT NULL DEFAULT 'paid', ADD fork_place fork_place NOT NULL DEFAULT '(1,a)', ADD fork_key bytea NOT NULL DEFAULT '\\xdead', ADD fork_days daterange NOT NULL DEFAULT 'empty', ADD fork_at point NOT NULL DEFAULT '(1,2)';
      ALTER TABLE projects ALTER fork_tier DROP DEFAULT, ALTER fork_place DROP DEFAULT, ALTER fork_key DROP DEFAULT, ALTER fork_days DROP DEFAULT, ALTER fork_at DROP DEFAULT;`,
  },
  {
    about: 'slots that must not overlap',
    shares: 'keys',
    twice: true,
    sql: `ALTER TABLE sessions ADD fork_slot tstzrange; UPDATE sessions s SET fork_slot = tstzrange('2025-01-01'::timestamptz + n * interval '1 hour', '2025-01-01'::timestamptz + (n + 1) * interval '1 hour')
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM sessions) r WHERE r.id = s.id;
      ALTER TABLE sessions ALTER fork_slot SET NOT NULL, ADD CONSTRAINT fork_no_overlap EXCLUDE USING gist (fork_slot WITH &&), ADD CONSTRAINT fork_some CHECK (NOT isempty(fork_slot));`,
  },
  {
    about: 'generated columns, identities and sequences of its own',
    shares: 'keys',
    twice: true,
    sql: `ALTER TABLE projects ADD fork_search text GENERATED ALWAYS AS (lower(name)) STORED, ADD fork_no integer GENERATED ALWAYS AS IDENTITY UNIQUE;
      CREATE SEQUENCE fork_tickets; ALTER TABLE sessions ADD fork_ticket bigint NOT NULL DEFAULT nextval('fork_tickets') UNIQUE;
      CREATE FUNCTION fork_next() RETURNS text LANGUAGE sql AS $$ SELECT 'T-' || nextval('fork_tickets') $$;
      ALTER TABLE tasks ADD fork_code text NOT NULL DEFAULT fork_next(); ALTER TABLE tasks ALTER priority SET DEFAULT nextval('fork_tickets'); ALTER TABLE epics ALTER priority SET DEFAULT nextval('fork_tickets');`,
  },
  {
    about: 'one row of another table for each project',
    shares: 'columns',
    twice: true,
    sql: `CREATE TABLE fork_repos (id integer PRIMARY KEY); INSERT INTO fork_repos SELECT generate_series(1, 5);
      ALTER TABLE projects ADD fork_repo integer; UPDATE projects SET fork_repo = right(id::text, 1)::integer;
      ALTER TABLE projects ALTER fork_repo SET NOT NULL, ADD UNIQUE (fork_repo), ADD FOREIGN KEY (fork_repo) REFERENCES fork_repos;`,
  },
  {
    about: 'unique columns that may be null, and an index over an expression',
    shares: 'columns',
    twice: true,
    sql: `ALTER TABLE tasks ADD fork_external text UNIQUE, ADD fork_rank smallint; UPDATE tasks SET fork_external = 'ext-' || id, fork_rank = id;
      ALTER TABLE tasks ALTER fork_rank SET NOT NULL; CREATE UNIQUE INDEX fork_rank ON tasks (fork_rank); CREATE UNIQUE INDEX fork_lower ON sessions (lower(id::text)), fork_n ON projects (lower(name));`.replace(
      ', fork_n ON projects (lower(name))',
      '; CREATE UNIQUE INDEX fork_n ON projects (lower(name))',
    ),
  },
  {
    about: 'ids at the edges of their type',
    shares: 'names',
    twice: true,
    sql: `INSERT INTO epics (id, project_id, name) SELECT n, p.id, 'edge ' || n FROM (SELECT id FROM projects LIMIT 1) p, unnest(ARRAY[-2147483648, -1, 2147483647]) AS n;
      INSERT INTO tasks (id, epic_id, project_id, description) SELECT id, id, project_id, 'edge' FROM epics WHERE id IN (-2147483648, -1, 2147483647);`,
  },
  {
    about: 'ids of eight bytes',
    shares: 'keys',
    twice: true,
    edit: [
      ['id serial PRIMARY KEY,\n    epic_id integer', 'id bigserial PRIMARY KEY,\n    epic_id bigint'],
      ['CREATE TABLE epics (\n    id serial', 'CREATE TABLE epics (\n    id bigserial'],
    ],
    sql: '',
  },
  {
    about: 'tasks in partitions by id',
    shares: 'slugs',
    twice: true,
    edit: [
      [
        "metadata jsonb DEFAULT '{}'\n);\nCREATE INDEX idx_tasks_epic_id",
        "metadata jsonb DEFAULT '{}'\n) PARTITION BY RANGE (id);\nCREATE TABLE fork_tasks PARTITION OF tasks FOR VALUES FROM (1) TO (5000);\nCREATE INDEX idx_tasks_epic_id",
      ],
    ],
    sql: '',
  },
  {
    about: 'prompt proposals in partitions by year',
    shares: 'names',
    twice: true,
    edit: [
      [
        'id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),\n    analysis_id uuid',
        'id uuid NOT NULL DEFAULT uuid_generate_v4(),\n    analysis_id uuid',
      ],
      [
        "'rejected', 'implemented'))\n);",
        "'rejected', 'implemented')), CONSTRAINT prompt_proposals_pkey PRIMARY KEY (id, created_at)\n) PARTITION BY RANGE (created_at);\nCREATE TABLE fork_2025 PARTITION OF prompt_proposals FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      ],
    ],
    sql: '',
  },
  {
    about: 'empty tables with columns of many types that must be filled',
    empty: true,
    sql: `CREATE DOMAIN fork_code AS text NOT NULL CHECK (VALUE <> ''); CREATE TYPE fork_tier AS ENUM ('free', 'paid'); CREATE TABLE fork_tenants (id integer PRIMARY KEY); INSERT INTO fork_tenants VALUES (7);
      ALTER TABLE projects ADD fork_code fork_code, ADD fork_tier fork_tier NOT NULL, ADD fork_tenant integer NOT NULL REFERENCES fork_tenants, ADD fork_days daterange NOT NULL, ADD fork_json jsonb NOT NULL, ADD fork_tags text[] NOT NULL,
        ADD fork_ip inet NOT NULL, ADD fork_span interval NOT NULL, ADD fork_at date NOT NULL, ADD fork_on boolean NOT NULL, ADD fork_key uuid NOT NULL, ADD fork_size numeric(6,2) NOT NULL CHECK (fork_size > 0), ADD fork_short char(2) NOT NULL, ADD fork_parent uuid NOT NULL REFERENCES projects,
        ADD fork_seq integer NOT NULL DEFAULT 5, ADD fork_bytes bytea NOT NULL, ADD fork_money money NOT NULL, ADD fork_bits bit(3) NOT NULL, ADD fork_time time NOT NULL;`,
  },
  {
    about: 'an empty table with a key to another empty table',
    empty: true,
    sql: 'CREATE TABLE fork_tenants (id integer PRIMARY KEY); ALTER TABLE projects ADD fork_tenant integer NOT NULL REFERENCES fork_tenants;',
    notProbed: 'all',
    because: /^no sample row could be added to projects: .*fork_tenant/,
  },
  {
    about: 'ids that must be positive',
    shares: 'columns',
    twice: true,
    sql: 'ALTER TABLE epics ADD CONSTRAINT fork_id CHECK (id > 0); ALTER TABLE tasks ADD CONSTRAINT fork_id CHECK (id > 0);',
  },
  {
    about: "own columns of YokeFlow's that must be filled",
    shares: 'columns',
    twice: true,
    sql: `UPDATE projects SET github_repo_url = 'https://example.com/x.git'; ALTER TABLE projects ALTER github_repo_url SET NOT NULL; ALTER TABLE projects ADD CONSTRAINT fork_owner CHECK (metadata ? 'owner'), ADD CONSTRAINT fork_cost CHECK (total_cost_usd > 0);`,
  },
  {
    about: 'columns of quality checks and prompt proposals that must be filled',
    shares: 'columns',
    twice: true,
    sql: `ALTER TABLE session_quality_checks ADD fork_by text NOT NULL DEFAULT 'x'; ALTER TABLE session_quality_checks ALTER fork_by DROP DEFAULT;
      ALTER TABLE prompt_proposals ADD fork_by text NOT NULL DEFAULT 'x'; ALTER TABLE prompt_proposals ALTER fork_by DROP DEFAULT;`,
  },
  {
    about: 'a trigger that forbids deletes',
    shares: 'deletes and changes',
    twice: true,
    sql: forbid('DELETE', 'sessions'),
    notProbed: deletes,
    because: /does not let YokeFlow delete (?:sessions|projects): house rule: DELETE \(SQLSTATE P0001\)$/,
  },
  {
    about: 'deletes that only mark a row',
    shares: 'marks and a budget',
    sql: forbid('DELETE', 'tasks', 'true', 'RETURN NULL;'),
    notProbed: deletes,
    because: /does not let YokeFlow delete tasks: it has no effect/,
  },
  {
    about: 'a trigger that forbids changes of status',
    shares: 'deletes and changes',
    twice: true,
    sql: forbid('UPDATE', 'sessions', 'NEW.status IS DISTINCT FROM OLD.status'),
    notProbed: updates,
    because: /house rule: UPDATE/,
  },
  {
    about: 'a trigger that asserts',
    sql: forbid('UPDATE', 'sessions', 'true', "ASSERT NEW.status = OLD.status, 'no such change'; RETURN NEW;"),
    notProbed: updates,
    because: /no such change/,
  },
  {
    about: 'a rule on updates',
    sql: 'CREATE RULE fork_rule AS ON UPDATE TO sessions DO INSTEAD NOTHING;',
    notProbed: updates,
    because: /it has no effect/,
  },
  {
    about: 'a budget that a project must keep to',
    shares: 'marks and a budget',
    sql: 'ALTER TABLE projects ADD CONSTRAINT fork_budget CHECK (total_cost_usd IS NULL OR total_cost_usd <> 1.25);',
    notProbed: ['probe.project_metrics'],
    because: /fork_budget/,
  },
  {
    about: 'a rule that waits for COMMIT',
    twice: true,
    sql: `CREATE FUNCTION fork_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no new projects this year'; END $$;
      CREATE CONSTRAINT TRIGGER fork_rule AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fork_rule();`,
    notProbed: 'all',
    because: /no new projects this year/,
  },
  {
    about: 'no new rows at all',
    sql: forbid('INSERT', 'epics', 'true', 'RETURN NULL;'),
    notProbed: 'all',
    because: /^no sample row could be added to epics: a trigger or rule keeps new rows out/,
  },
  {
    about: 'sessions of two kinds that must be different',
    sql: 'ALTER TABLE sessions ADD CONSTRAINT fork_numbers CHECK (session_number <> 2) NOT VALID;',
    notProbed: 'all',
    because: /fork_numbers/,
  },
];
