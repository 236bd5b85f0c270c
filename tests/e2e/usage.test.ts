import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.js';
import { expectDocument } from '../support/expect-document.js';
import { temporaryFolder } from '../support/folder.js';

const url = 'postgresql://agent@127.0.0.1:9/yokeflow';

type Row = [args: string[], code: string, says: RegExp];
const wrong: Row[] = [
  [['--bogus'], 'YF101', /unknown option '--bogus'/i],
  [['bogus'], 'YF101', /no command bogus/i],
  [['--quiet', 'status'], 'YF101', /options come after the command: yokeflow-upgrade status/i],
  [['--container', 'yokeflow_postgres', 'bogus'], 'YF101', /no command bogus/i],
  [['status', 'extra'], 'YF101', /too many arguments/i],
  [['plan', '--sqll'], 'YF101', /Did you mean --sql\?[\s\S]*yokeflow-upgrade plan --help/],
  [['--contaner', 'yokeflow_postgres'], 'YF101', /Did you mean --container\?/],
  [['statsu'], 'YF101', /no command statsu\.\n +Did you mean status\?/i],
  [['help', 'statsu'], 'YF101', /Did you mean status\?/],
  [['help', 'help'], 'YF101', /no command help/i],
  [['upgrade', '--yes', '--lock-timeout', 'soon'], 'YF101', /--lock-timeout.*whole number/i],
  [['upgrade', '--yes', '--wait', '1.5'], 'YF101', /--wait.*whole number/i],
  [['upgrade'], 'YF102', /--yes/],
  [[], 'YF102', /--yes/],
  [['upgrade', '--database-url', url], 'YF102', /--yes/],
  [
    ['upgrade', '--yes', '--container', 'yokeflow_postgres', '--database-url', url],
    'YF103',
    /--container and --database-url/,
  ],
  [['status', '--container', 'yokeflow_postgres', '--database-url', url], 'YF103', /--container and --database-url/],
  [['plan', '--to', '9.9'], 'YF104', /1\.4\.0/],
  [['upgrade', '--yes', '--to', 'newest'], 'YF104', /1\.4\.0/],
  [['explain', 'YF999'], 'YF105', /All codes: yokeflow-upgrade explain$/m],
  [['status', '--database-url', 'mysql://agent@db/yokeflow'], 'YF209', /postgresql:\/\//],
  [['status', '--container', '../etc'], 'YF101', /name of a container/],
];

describe.each(wrong)('%j', (args, code, says) => {
  it(`is wrong usage, ${code}, and says what to do`, async () => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(code);
    expect(stderr).toMatch(says);
    expect(stderr).toContain('Nothing was changed.');
    expect(stderr).toMatch(/^ {2}Next: \S/m);
  });

  it('is one JSON document with --json', async () => {
    const { error, result } = expectDocument(await runCommand([...args, '--json']));
    expect({ result, ...error }).toMatchObject({ result: 'wrong-usage', code, changed: false });
  });
});

it('how a message is to be written is heeded in the one about the command line too', async () => {
  const { stderr } = await runCommand(['--plain', '--no-color', '--bogus'], { env: { FORCE_COLOR: '1' } });
  expect(stderr).toMatch(/^\nfailed: YF101 {2}/);
});

it('a demo that never began is not said to be over', async () => {
  const { exitCode, stderr } = await runCommand(['demo', '--container', 'yokeflow_postgres']);
  expect(exitCode).toBe(2);
  expect(stderr).not.toContain('gone');
});

it('an answer on standard input is not taken for a terminal', async () => {
  expect(await runCommand(['upgrade', '--database-url', url], { input: '\n\n\n' })).toMatchObject({ exitCode: 2 });
});

describe.each([
  [['postgresql://agent:s3cret-word@db/yokeflow']],
  [['--databse-url=postgresql://agent:s3cret-word@db/yokeflow']],
  [['status', '--databse-url', 'postgresql://agent:s3cret-word@db/yokeflow']],
  [['status', '--to=postgresql://agent:s3cret-word@db/yokeflow']],
  [['status', '--container', 'postgresql://agent:s3cret-word@db/yokeflow']],
  [['explain', 'postgresql://agent:s3cret-word@db/yokeflow']],
  [['upgrade', '--wait', 'postgresql://agent:s3cret-word@db/yokeflow']],
  [['--databse-url=host=db password=s3cret-word']],
  [['--json=postgresql://agent:s3cret-word@db/yokeflow']],
])('%j', (args) => {
  it('does not repeat the password', async () => {
    for (const more of [[], ['--json'], ['--verbose']]) {
      const { exitCode, stdout, stderr } = await runCommand([...args, ...more]);
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toContain('s3cret-word');
    }
  });
});

it.each(['status', 'plan', 'verify', 'rehearse', 'backup'])(
  '%s takes the options that a script hands to every command',
  async (command) => {
    const { json } = await runCommand([
      command,
      '--json',
      '--yes',
      // A backup without a backup is refused.
      ...(command === 'backup' ? [] : ['--no-backup']),
      '--wait',
      '1',
      '--lock-timeout',
      '500',
      '--while-running',
      '--to',
      '1.4.0',
    ]);
    expect(json()).toMatchObject({ command, exitCode: 4, error: { code: 'YF201' } });
  },
);

it('restore, which changes a database, takes none that it does not heed', async () => {
  const { json } = await runCommand(['restore', 'file.dump', '--json', '--yes', '--dry-run']);
  expect(json()).toMatchObject({ exitCode: 2, error: { code: 'YF101' } });
});

it.each(['--help', '-h'])('help %s is the help of the whole', async (word) => {
  const [asked, help] = await Promise.all([runCommand(['help', word]), runCommand(['--help'])]);
  expect(asked).toMatchObject({ exitCode: 0, stdout: help.stdout });
});

it.each([
  ['backup', '--dry-run'],
  ['backup', '--no-backup'],
  ['rehearse', '--dry-run'],
  ['report', '--out', 'report.md', '--yes', '--dry-run'],
])('%s %s promises what it would not keep: exit 2, and nothing is made', async (...args) => {
  const cwd = temporaryFolder();
  const { exitCode, stderr } = await runCommand([...args, '--database-url', 'postgresql://agent@127.0.0.1:9/none'], {
    cwd,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${args[0]} does not take ${args.at(-1)}`);
  expect(readdirSync(cwd)).toEqual([]);
});

it('what commands that change nothing do with the options of others is said in the help', async () => {
  const { stdout } = await runCommand(['--help']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('also take the options of upgrade that they do not list');
});

it('the next command after a command line that was refused names its database, and never two', async () => {
  const url = 'postgresql://agent:s3cret@127.0.0.1:9/none';
  const named = '--database-url postgresql://agent@127.0.0.1:9/none';
  const remedy = async (...args: string[]) => expectDocument(await runCommand([...args, '--json'])).error?.remedy;
  expect(await remedy('upgrade', '--database-url', url)).toContain(`yokeflow-upgrade plan ${named}`);
  expect(await remedy('restore', '/dev/null/none', '--yes', '--database-url', url)).toContain(`restore ${named} `);
  const both = expectDocument(await runCommand(['upgrade', '--json', '--container', 'c', '--database-url', url]));
  expect(both).toMatchObject({ exitCode: 2, error: { code: 'YF103' } });
});
