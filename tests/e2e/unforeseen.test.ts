import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';
import { catalogLines, tableContents } from '../support/contents.js';
import { expectDocument } from '../support/expect-document.js';
import { scenarioSql } from '../support/fixtures.js';
import { temporaryFolder } from '../support/folder.js';
import { openTransaction } from '../support/open-transaction.js';
import { createDatabase, type TestDatabase } from '../support/server.js';

/** Options for node that have it run this besides, as soon as the command listens. */
function besides(code: string): string[] {
  const file = join(temporaryFolder(), 'besides.mjs');
  writeFileSync(
    file,
    `const timer = setInterval(() => {
    if (process.listenerCount('unhandledRejection') === 0) return;
    clearInterval(timer);
    ${code}
  }, 1);`,
  );
  return ['--import', pathToFileURL(file).href];
}

async function load(): Promise<TestDatabase> {
  const database = await createDatabase({ sql: scenarioSql('1.3.0') });
  onTestFinished(() => database.drop());
  return database;
}

const errors = {
  'a rejection that nobody waits for': "Promise.reject(new Error('a surprise'));",
  'an exception that nobody catches': "throw new Error('a surprise');",
};

describe.each(Object.entries(errors))('%s', (_what, code) => {
  it('ends a look in YF901, in whichever form was asked for', async () => {
    const { url } = await load();
    const nodeOptions = besides(code);
    const [text, told] = await Promise.all([
      runCommand(['status', '--database-url', url], { nodeOptions }),
      runCommand(['status', '--json', '--events', '--database-url', url], { nodeOptions }),
    ]);
    expect([text.exitCode, text.stdout]).toEqual([1, '']);
    expect(text.stderr).toMatch(/YF901 .*a surprise\n {2}Nothing was changed\./);
    expect(text.stderr).not.toMatch(/\n\s+at /);
    expect(expectDocument(told)).toMatchObject({
      exitCode: 1,
      result: 'failed',
      error: { code: 'YF901', changed: false },
    });
    expect(told.events().slice(-2)).toMatchObject([
      { event: 'error', code: 'YF901' },
      { event: 'ended', exitCode: 1 },
    ]);
  });
});

it('in the middle of a change it is not said that nothing was changed, and nothing is', async () => {
  const database = await load();
  const before = [await catalogLines(database), await tableContents(database)];
  const release = await openTransaction(database, 'LOCK TABLE sessions IN ROW EXCLUSIVE MODE');
  try {
    const run = startCommand(
      ['upgrade', '--yes', '--no-backup', '--while-running', '--json', '--events', '--database-url', database.url],
      { nodeOptions: besides("process.on('SIGUSR2', () => { throw new Error('a surprise'); });") },
    );
    let seen = '';
    run.process.stderr?.on('data', (bytes: Buffer) => {
      seen += bytes.toString();
    });
    while (!seen.includes('"key":"locks"') && run.process.exitCode === null) await sleep(5);
    run.process.kill('SIGUSR2');
    const result = await run.result;
    expect(expectDocument(result)).toMatchObject({
      exitCode: 7,
      result: 'unknown',
      error: { code: 'YF901', changed: 'unknown' },
    });
    expect(result.events().at(-1)).toMatchObject({ event: 'ended', exitCode: 7 });
  } finally {
    await release.end();
  }
  expect([await catalogLines(database), await tableContents(database)]).toEqual(before);
});

it('an end for want of anything to wait for is told', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  // What a promise comes to that is never settled: nothing keeps the process there.
  const nodeOptions = besides(`
    const timed = setTimeout;
    globalThis.setTimeout = (...args) => timed(...args).unref();
    setInterval(() => { for (const handle of process._getActiveHandles()) handle.unref?.(); }, 1).unref();`);
  const result = await runCommand(
    ['status', '--json', '--events', '--database-url', `postgresql://x@127.0.0.1:${port}/x`],
    { nodeOptions },
  );
  expect(expectDocument(result)).toMatchObject({
    exitCode: 1,
    error: {
      code: 'YF901',
      changed: false,
      message: expect.stringContaining('nothing was left to wait for') as string,
    },
  });
  expect(result.events().at(-1)).toMatchObject({ event: 'ended', exitCode: 1 });
});

it('what Node says to programmers is kept from standard error; other warnings are events where events were asked for', async () => {
  const { url } = await load();
  const nodeOptions = besides(
    "for (const name of ['DeprecationWarning', 'ExperimentalWarning', 'SomeWarning']) process.emitWarning('from ' + name, name);",
  );
  for (const args of [['status', '--database-url', url], ['explain', 'YF402'], ['--bogus']]) {
    const [text, told] = await Promise.all([
      runCommand(args, { nodeOptions }),
      runCommand([...args, '--events'], { nodeOptions }),
    ]);
    expect(text.stderr).not.toMatch(/Deprecation|Experimental/);
    expect(text.stderr).toContain('from SomeWarning');
    expect(
      told.events().filter(({ event, text: said }) => event === 'message' && String(said).includes('from SomeWarning')),
    ).toHaveLength(1);
  }
  const asked = await runCommand(['status', '--database-url', url], {
    nodeOptions: [...nodeOptions, '--trace-deprecation'],
  });
  expect(asked.stderr).toContain('from DeprecationWarning');
});
