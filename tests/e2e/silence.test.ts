import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, startCommand, type CommandResult } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { listener, silentLine, type SilentLineOptions } from '../support/silent-line.js';

/** What starting Node and a busy machine may add to any limit, in s. */
const SLACK_S = 8;

/** Runs a command, and says how long, in s, it took until its process was gone. */
async function timed(run: Promise<CommandResult>): Promise<CommandResult & { seconds: number }> {
  const begun = Date.now();
  return { ...(await run), seconds: (Date.now() - begun) / 1000 };
}

describe.concurrent("a port that is no PostgreSQL's", () => {
  const mysql = Buffer.from('4a0000000a382e302e333600', 'hex');
  it.for([
    ['says nothing', {}, 'YF204'],
    ['is that of ssh', { greeting: 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n' }, 'YF222'],
    ['is that of a mail server', { greeting: '220 mail.example.com ESMTP Postfix\r\n' }, 'YF222'],
    ['is that of MySQL', { greeting: mysql }, 'YF222'],
    ['is that of a web server', { answer: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, 'YF222'],
    ['begins with the letter of a server that takes TLS', { greeting: 'S' }, undefined],
  ] as const)('that %s: an answer within 5 s, with its code', async ([, options, code], { onTestFinished }) => {
    const port = await listener(options);
    onTestFinished(() => port.close());
    for (const mode of ['prefer', 'disable']) {
      const result = await timed(
        runCommand([
          'status',
          '--json',
          '--database-url',
          `postgresql://agent@127.0.0.1:${port.port}/yokeflow?sslmode=${mode}`,
        ]),
      );
      expect(result.seconds).toBeLessThan(5 + SLACK_S);
      expect(expectDocument(result)).toMatchObject({ exitCode: 4, error: { ...(code && { code }), changed: false } });
    }
  });

  it('and connect_timeout and PGCONNECT_TIMEOUT say how long it may take', async ({ onTestFinished }) => {
    const port = await listener();
    onTestFinished(() => port.close());
    const url = `postgresql://agent@127.0.0.1:${port.port}/yokeflow`;
    const [byUrl, byVariable] = await Promise.all([
      timed(runCommand(['status', '--database-url', `${url}?connect_timeout=1`])),
      timed(runCommand(['status'], { env: { DATABASE_URL: url, PGCONNECT_TIMEOUT: '1' } })),
    ]);
    for (const { seconds, exitCode } of [byUrl, byVariable]) {
      expect(exitCode).toBe(4);
      expect(seconds).toBeLessThan(1 + SLACK_S);
    }
  });
});

describe.concurrent('a server that falls silent', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ sql: scenarioSql('1.3.0') });
  });
  afterAll(() => database.drop());

  const over = async ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, options: SilentLineOptions) => {
    const line = await silentLine({ host: database.host, port: database.port }, options);
    onTestFinished(() => line.close());
    const url = new URL(database.url);
    url.port = String(line.port);
    return { line, url: url.href };
  };

  it.for(['status', 'report', 'plan', 'verify', 'backup', 'upgrade --yes', 'rollback --yes', 'rehearse'])(
    '%s: after the login, and after some answers more: within 10 s',
    async (command, context) => {
      for (const afterAnswers of [4, 6]) {
        const { url } = await over(context, { afterAnswers });
        const result = await timed(runCommand([...command.split(' '), '--json', '--database-url', url]));
        expect(result.seconds).toBeLessThan(10 + SLACK_S);
        const document = result.json();
        expect(document, result.stderr).toMatchObject(
          command === 'report'
            ? { exitCode: 0 }
            : { exitCode: 4, result: 'not-found', error: { code: 'YF223', changed: false } },
        );
      }
    },
  );

  it('restore and detection are no exception', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'yokeflow-upgrade-silence-'));
    context.onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'any.dump');
    await writeFile(file, `PGDMP${'\0'.repeat(100)}`);
    const { url } = await over(context, { afterAnswers: 4 });
    const restore = await timed(runCommand(['restore', file, '--yes', '--json', '--database-url', url]));
    expect(restore.seconds).toBeLessThan(10 + SLACK_S);
    // It falls silent in one of several sessions, or to the login of the next.
    expect(expectDocument(restore)).toMatchObject({
      exitCode: 4,
      error: { code: expect.stringMatching(/^YF2(?:04|23)$/) as string },
    });
    await writeFile(join(folder, '.env'), `DATABASE_URL=${url}\n`);
    const found = await timed(runCommand(['status', '--json', '--project', folder]));
    expect(found.seconds).toBeLessThan(10 + SLACK_S);
    expect(found.exitCode).toBe(4);
  });

  it('Ctrl-C is answered at once', async (context) => {
    const { url } = await over(context, { afterAnswers: 4 });
    const run = startCommand(['upgrade', '--yes', '--database-url', url]);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const begun = Date.now();
    run.process.kill('SIGINT');
    expect((await run.result).exitCode).toBe(130);
    expect(Date.now() - begun).toBeLessThan(1500);
  });
});
