// Fills a database at 1.3.0, or at the documented 1.4.0, with as many rows as a benchmark needs: npm run bench:data -- --sessions N --database-url URL
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

/** How many of each there are to be. */
export interface Amounts {
  readonly sessions: number;
  /** Default: one for a thousand sessions. */
  readonly projects?: number;
  /** Tasks of each session. Default: 5. */
  readonly tasks?: number;
  /** Checkpoints and pauses, for a database that has their tables. */
  readonly checkpoints?: number;
}

/** The statements that make the rows: one project for a thousand sessions, numbered as YokeFlow numbers them. Pure. */
export function dataStatements({
  sessions,
  projects = Math.max(1, Math.ceil(sessions / 1000)),
  tasks = 5,
  checkpoints = 0,
}: Amounts): string[] {
  return [
    `CREATE TEMP TABLE made_projects AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, ${projects}) AS n`,
    `INSERT INTO projects (id, name) SELECT id, 'bench-' || n || '-' || left(id::text, 8) FROM made_projects`,
    `CREATE TEMP TABLE made_sessions AS SELECT n, gen_random_uuid() AS id, 1 + n % ${projects} AS project, 1 + n / ${projects} AS number FROM generate_series(0, ${sessions - 1}) AS n`,
    `INSERT INTO sessions (id, project_id, session_number, type, model, status)
       SELECT s.id, p.id, s.number, (CASE WHEN s.number = 1 THEN 'initializer' ELSE 'coding' END)::session_type, 'bench', 'completed'
         FROM made_sessions s JOIN made_projects p ON p.n = s.project`,
    'CREATE TEMP TABLE made_epics (n bigint, id integer)',
    `WITH made AS (INSERT INTO epics (project_id, name, priority) SELECT id, 'bench', 1 FROM made_projects RETURNING id)
       INSERT INTO made_epics SELECT row_number() OVER (ORDER BY id), id FROM made`,
    `INSERT INTO tasks (epic_id, project_id, description, priority)
       SELECT e.id, p.id, 'task ' || t, 1 FROM generate_series(0, ${sessions * tasks - 1}) AS t
         JOIN made_projects p ON p.n = 1 + t % ${projects} JOIN made_epics e ON e.n = p.n`,
    ...(checkpoints > 0
      ? [
          `INSERT INTO session_checkpoints (session_id, project_id, checkpoint_number, checkpoint_type, message_count, iteration_count)
             SELECT s.id, p.id, 1 + c / ${sessions}, 'task_completion', 1, 1 FROM generate_series(0, ${checkpoints - 1}) AS c
               JOIN made_sessions s ON s.n = c % ${sessions} JOIN made_projects p ON p.n = s.project`,
          // As released, a session can have one resolved pause in its life.
          `INSERT INTO paused_sessions (session_id, project_id, pause_reason, pause_type, resolved)
             SELECT s.id, p.id, 'bench', 'manual', true FROM made_sessions s JOIN made_projects p ON p.n = s.project WHERE s.n < ${checkpoints}`,
        ]
      : []),
    'DROP TABLE made_projects, made_sessions, made_epics',
    'ANALYZE',
  ];
}

/** @throws {pg.DatabaseError} where the database has no such tables */
export async function fill(url: string, amounts: Amounts): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of dataStatements(amounts)) await client.query(statement);
  } finally {
    await client.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href || process.argv.includes('--sessions')) {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '1000' },
      checkpoints: { type: 'string', default: '0' },
      'database-url': { type: 'string' },
    },
  });
  const url = values['database-url'] ?? process.env.DATABASE_URL;
  if (!url) throw new Error('name the database: --database-url URL');
  const [sessions, checkpoints] = [Number(values.sessions), Number(values.checkpoints)];
  await fill(url, { sessions, checkpoints });
  process.stdout.write(`${sessions} sessions, ${sessions * 5} tasks, ${checkpoints} checkpoints\n`);
}
