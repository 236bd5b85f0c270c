import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/definitions.js';
import { runCommand } from '../support/command.js';
import { connected } from '../support/databases.js';
import { scenarioSql } from '../support/fixtures.js';
import { keptFolder } from '../support/folder.js';
import { createDatabase, testServer, type TestDatabase } from '../support/server.js';

// Each place has a secret of its own, so that a failure names the place.
const secrets = {
  // It has every character that a URL, a shell or a regular expression could trip over.
  url: `inUrl'9x/o r$d@%2&:#?=é+z`,
  DATABASE_URL: 'inDatabaseUrl7hK2',
  PGPASSWORD: 'inVariable=4tR8"w',
  dotenv: 'inDotenv5mN1 q',
  otherVariable: 'sk-ant-inEnvironment0123456789abcdef',
  pgpass: 'inPgpass\\3:vB6',
  row: 'inRow_8sD0fG2hJ4kL',
  raised: 'ghp_inMessage0123456789abcdefghij',
  raisedUrl: 'inMessageUrl6yT3',
  webhook: 'T00000/B00000/inWebhook1qW2eR',
} as const;
const role = 'owner_of_secrets';

/** A password in any spelling that could be printed. */
function spellings(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
    secret.split(/[^\w-]/)[0] ?? '',
  ];
}

/** What a run is given beside its command, and how many of its options are tried. */
const outputOptions: readonly string[][] = [
  [],
  ['--verbose'],
  ['--quiet'],
  ['--json'],
  ['--json', '--verbose', '--events'],
  ['--events', '--quiet'],
  ['--plain', '--verbose', '--no-color'],
];
const fewOutputOptions = outputOptions.filter((_, i) => i === 1 || i === 4);

describe('a secret, wherever it is', () => {
  let database: TestDatabase;
  let folder: string;
  let removeFolder: () => void;
  const asAdmin = (sql: string) =>
    connected(testServer(), database.name, async (admin) => (await admin.query<object>(sql)).rows);
  const address = () => `${database.host}:${database.port}/${database.name}`;
  const url = () => `postgresql://${role}:${encodeURIComponent(secrets.url)}@${address()}`;

  beforeAll(async () => {
    ({ folder, remove: removeFolder } = keptFolder());
    database = await createDatabase({ owner: role, sql: scenarioSql('1.4.0-as-documented') });
    await database.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(secrets.url)}`);
    const repaired = await runCommand(['upgrade', '--yes', '--no-backup', '--database-url', url()]);
    expect(repaired.exitCode, repaired.stderr).toBe(0);
    const raised = `calling https://hooks.slack.com/services/${secrets.webhook} with ${secrets.raised} for postgresql://x:${secrets.raisedUrl}@db/y as ${secrets.url}`;
    await asAdmin(`
      UPDATE notification_preferences SET webhook_url = 'https://hooks.example.com/hooks/${secrets.row}', email_addresses = ARRAY['${secrets.row}@example.com'];
      UPDATE projects SET metadata = '{"api_key": "${secrets.row}"}'; UPDATE sessions SET error_message = 'token ${secrets.row}';
      CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.status::text = 'paused' THEN RAISE ${pg.escapeLiteral(raised.replaceAll('%', '%%'))}; END IF; RETURN NEW; END $$;
      CREATE TRIGGER tell_all BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_all();`);
    writeFileSync(
      join(folder, '.env'),
      `DATABASE_URL=postgresql://${role}:${encodeURIComponent(secrets.dotenv)}@${address()}\nOPENAI_API_KEY=${secrets.otherVariable}\n`,
    );
    writeFileSync(
      join(folder, 'pgpass'),
      `*:*:*:*:${secrets.pgpass.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}\n`,
    );
    chmodSync(join(folder, 'pgpass'), 0o600);
    writeFileSync(join(folder, 'no.dump'), secrets.row);
  });
  afterAll(async () => {
    await database?.drop();
    removeFolder();
  });

  const environment = () => ({
    DATABASE_URL: `postgresql://${role}:${secrets.DATABASE_URL}@${address()}`,
    PGPASSWORD: secrets.PGPASSWORD,
    PGPASSFILE: join(folder, 'pgpass'),
    ANTHROPIC_API_KEY: secrets.otherVariable,
  });

  async function run(
    args: readonly string[],
    env: Record<string, string> = environment(),
  ): Promise<{ exitCode: number | null; output: string }> {
    const { exitCode, stdout, stderr } = await runCommand(args, { env, cwd: folder });
    const output = stdout + stderr;
    for (const [place, secret] of Object.entries(secrets)) {
      for (const spelling of spellings(secret))
        expect(output, `${place}, printed by ${args.slice(0, 2).join(' ')}`).not.toContain(spelling);
    }
    return { exitCode, output };
  }

  const arguments_: Record<string, { args?: string[]; exitCode: number; says?: string; everyOption?: true }> = {
    // The trigger speaks, and what it says is told but for the secrets.
    upgrade: { args: ['--yes', '--no-backup'], exitCode: 1, says: 'calling ***', everyOption: true },
    verify: { exitCode: 10, says: 'calling ***' },
    rehearse: { exitCode: 3 },
    status: { exitCode: 0, everyOption: true },
    plan: { args: ['--sql'], exitCode: 0 },
    backup: { exitCode: 3 },
    restore: { args: ['no.dump', '--yes'], exitCode: 3 },
    rollback: { args: ['--yes', '--no-backup'], exitCode: 3 },
    doctor: { exitCode: 0 },
    report: { exitCode: 0, everyOption: true },
  };

  it('has a case for every command that meets a database', () => {
    const withoutDatabase = ['demo', 'explain', 'completion', 'help'];
    expect(Object.keys(arguments_).sort()).toEqual(
      commands
        .map(({ name }) => name)
        .filter((name) => !withoutDatabase.includes(name))
        .sort(),
    );
  });

  it.each(Object.entries(arguments_))(
    'is not printed by %s, in any format',
    async (command, { args = [], exitCode, says, everyOption }) => {
      for (const more of everyOption ? outputOptions : fewOutputOptions) {
        const result = await run([command, ...args, ...more, '--database-url', url()]);
        expect(result.exitCode, result.output).toBe(exitCode);
        if (says !== undefined && !more.includes('--quiet')) expect(result.output).toContain(says);
      }
    },
  );

  it('is in nothing that an upgrade records', async () => {
    const record = JSON.stringify(await asAdmin('TABLE yokeflow_upgrade.runs'));
    expect(record).toContain('1.4.0');
    for (const secret of Object.values(secrets))
      for (const spelling of spellings(secret)) expect(record).not.toContain(spelling);
  });

  it('is not printed of a connection string that cannot be read, or leads nowhere', async () => {
    const { DATABASE_URL: _, PGPASSWORD: __, ...rest } = environment();
    for (const more of fewOutputOptions) {
      const given = (url: string) => run(['status', ...more, '--database-url', url]);
      expect((await given(`postgresql://${role}:${secrets.url}@db/yokeflow`)).exitCode).toBe(2);
      expect((await given(`host=db password=${secrets.url}`)).exitCode).toBe(2);
      const variable = (url: string) => run(['status', ...more], { ...rest, DATABASE_URL: url });
      expect((await variable(`postgres:/${role}:${secrets.url}@db/yokeflow`)).exitCode).toBe(4);
      expect((await variable(url().replace(address(), '127.0.0.1:9/x'))).exitCode).toBe(4);
    }
  });

  it('is not printed where it is refused, from wherever it came', async () => {
    const { DATABASE_URL, PGPASSWORD, ...rest } = environment();
    const variables = {
      ...rest,
      PGPASSWORD,
      PGHOST: database.host,
      PGPORT: String(database.port),
      PGUSER: role,
      PGDATABASE: database.name,
    };
    for (const more of fewOutputOptions) {
      expect((await run(['status', ...more], { ...rest, DATABASE_URL })).exitCode).toBe(4);
      expect((await run(['status', ...more], variables)).exitCode).toBe(4);
      expect((await run(['status', ...more], { ...variables, PGPASSWORD: '' })).exitCode).toBe(4);
      expect((await run(['status', ...more], rest)).exitCode).toBe(4);
      expect((await run(['report', ...more], rest)).exitCode).toBe(0);
    }
  });
});
