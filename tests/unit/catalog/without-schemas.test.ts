import { expect, it } from 'vitest';
import { withoutSchemas } from '../../../src/catalog/without-schemas.js';

it.each([
  [
    'FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE SET NULL',
    'FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE SET NULL',
  ],
  ['FOREIGN KEY (a) REFERENCES "My Schema".tasks(id)', 'FOREIGN KEY (a) REFERENCES tasks(id)'],
  ['FOREIGN KEY (a) REFERENCES "odd""name".tasks(id)', 'FOREIGN KEY (a) REFERENCES tasks(id)'],
  ['FOREIGN KEY (a) REFERENCES "My ""Sch\'ema".tasks(id)', 'FOREIGN KEY (a) REFERENCES tasks(id)'],
  ['FOREIGN KEY (a) REFERENCES "it\'s a.b".tasks(id) -- \'', "FOREIGN KEY (a) REFERENCES tasks(id) -- '"],
  ['FOREIGN KEY (a) REFERENCES öffentlich$1.tasks(id)', 'FOREIGN KEY (a) REFERENCES tasks(id)'],
  ['CHECK ((a = \'x.y\'::"My ""Sch\'ema".session_status))', "CHECK ((a = 'x.y'::session_status))"],
  [
    `integer not null default nextval('"My ""Sch''ema".epics_id_seq'::regclass)`,
    "integer not null default nextval('epics_id_seq'::regclass)",
  ],
  [
    String.raw`integer default nextval(E'"back\\slash".epics_id_seq'::regclass)`,
    "integer default nextval('epics_id_seq'::regclass)",
  ],
  ['FOREIGN KEY (a) REFERENCES yokeflow."Tasks"(id)', 'FOREIGN KEY (a) REFERENCES "Tasks"(id)'],
  ["session_status default 'pending'::public.session_status", "session_status default 'pending'::session_status"],
  [
    "integer not null default nextval('public.epics_id_seq'::regclass)",
    "integer not null default nextval('epics_id_seq'::regclass)",
  ],
  [
    'integer not null default nextval(\'"My Schema".epics_id_seq\'::regclass)',
    "integer not null default nextval('epics_id_seq'::regclass)",
  ],
  ['uuid not null default extensions.uuid_generate_v4()', 'uuid not null default uuid_generate_v4()'],
  [
    'AFTER UPDATE ON yokeflow.sessions FOR EACH ROW EXECUTE FUNCTION yokeflow.f()',
    'AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION f()',
  ],
])('%s loses its schema names', (given, expected) => {
  expect(withoutSchemas(given)).toBe(expected);
});

it.each([
  "text default 'see public.tasks'::text",
  "CHECK ((name <> 'it''s a.b'::text))",
  'numeric(5,4) default 0.5',
  'CHECK (((rate >= 0.0) AND (rate <= 1.5)))',
  'USING btree (session_id) WHERE (NOT resolved)',
  "(p_details jsonb DEFAULT '{}'::jsonb) returns boolean",
  "timestamp with time zone default '2026-01-01 00:00:00.5+00'::timestamp with time zone",
  '',
])('%j stays as it is', (definition) => {
  expect(withoutSchemas(definition)).toBe(definition);
});
