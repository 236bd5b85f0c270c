import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical } from '../support/docs/canonical.js';
import { rerun } from '../support/docs/console-blocks.js';
import { fences, readPage } from '../support/docs/fences.js';
import { pageGround } from '../support/docs/page-ground.js';
import { describeWithTools } from '../support/tools.js';

/** What a line of a page comes to, on a database of this scenario, without a terminal. */
interface Ran {
  readonly on: string;
  readonly exitCode: number;
  /** What is on standard output and standard error together. */
  readonly says: RegExp;
  /** A file that it leaves in YokeFlow's folder, or in the home, and what is in it. */
  readonly leaves?: readonly [file: string, holds: RegExp];
  /** What has to be run before it. */
  readonly after?: string;
}
/** Why a line is not run here. */
interface NotRun {
  readonly because: string;
}

const upgraded = 'yokeflow-upgrade upgrade --yes --no-backup --quiet';
const question = /^✘ YF102 [^]*--yes/m;
const inCheckout: NotRun = { because: 'it builds and installs the checkout in which the tests run; CI begins with it' };
const ofAnImage: NotRun = { because: 'it needs an engine: tests/docker/examples/image.test.ts runs these lines' };
const ofCompose: NotRun = {
  because: 'it needs an engine: tests/docker/examples/compose.test.ts runs these lines and the services',
};
const ofABackup: NotRun = {
  because: 'FILE stands for the name of a backup: tests/docker/restore.test.ts restores one',
};
const beforeTheNext: NotRun = { because: 'it is run before the line that needs the folder' };
const complete = (file: string, holds: RegExp): Ran => ({
  on: '1.3.0',
  exitCode: 0,
  says: /^$/,
  leaves: [join('..', file), holds],
  after: `mkdir -p ~/${file.slice(0, file.lastIndexOf('/'))}`,
});

const lines: Readonly<Record<string, Ran | NotRun>> = {
  // On a terminal they are run by tests/terminal/conversation.test.ts.
  'yokeflow-upgrade': { on: '1.3.0', exitCode: 2, says: question },
  'yokeflow-upgrade --to 2.2.0': { on: '1.3.0', exitCode: 2, says: question },
  'yokeflow-upgrade rollback': { on: '1.3.0', after: upgraded, exitCode: 2, says: question },
  'yokeflow-upgrade upgrade --init': { on: 'empty', exitCode: 2, says: question },

  'yokeflow-upgrade status': { on: '1.3.0', exitCode: 10, says: /^! An upgrade is due: 1\.3\.0 to 1\.4\.0, 2 steps/m },
  'yokeflow-upgrade plan': { on: '1.4.0-as-documented', exitCode: 10, says: /^! A repair is due: 2 steps/m },
  'yokeflow-upgrade rehearse': { on: '1.3.0', exitCode: 0, says: /^✔ The upgrade works on a copy/m },
  'yokeflow-upgrade doctor': { on: '1.3.0', exitCode: 0, says: /^ *✔ .*DATABASE_URL/m },
  'yokeflow-upgrade plan --sql > upgrade.sql': {
    on: '1.3.0',
    exitCode: 10,
    says: /An upgrade is due/,
    leaves: ['upgrade.sql', /^BEGIN ISOLATION LEVEL[^]*^COMMIT;/m],
  },
  'yokeflow-upgrade plan --sql > upgrade.sql || [ $? -eq 10 ]': {
    on: '1.3.0',
    exitCode: 0,
    says: /An upgrade is due/,
    leaves: ['upgrade.sql', /^COMMIT;/m],
  },
  'yokeflow-upgrade rollback --dry-run': {
    on: '1.3.0',
    after: upgraded,
    exitCode: 0,
    says: /^DROP TABLE[^]*session_checkpoints/m,
  },
  'yokeflow-upgrade report --out report.html': { on: '1.3.0', exitCode: 2, says: question },
  'yokeflow-upgrade report': { on: '1.3.0', exitCode: 0, says: /^# /m },
  'cd ~/yokeflow': { on: '1.3.0', exitCode: 0, says: /^$/ },
  'mkdir -p ~/.local/share/bash-completion/completions': beforeTheNext,
  'yokeflow-upgrade completion bash > ~/.local/share/bash-completion/completions/yokeflow-upgrade': complete(
    '.local/share/bash-completion/completions/yokeflow-upgrade',
    /^ *complete .*yokeflow-upgrade$/m,
  ),
  'mkdir -p ~/.zfunc': beforeTheNext,
  'yokeflow-upgrade completion zsh > ~/.zfunc/_yokeflow-upgrade': complete(
    '.zfunc/_yokeflow-upgrade',
    /^#compdef yokeflow-upgrade/,
  ),
  'mkdir -p ~/.config/fish/completions': beforeTheNext,
  'yokeflow-upgrade completion fish > ~/.config/fish/completions/yokeflow-upgrade.fish': complete(
    '.config/fish/completions/yokeflow-upgrade.fish',
    /^complete -c yokeflow-upgrade/m,
  ),

  'npm ci && npm run demo': { because: 'it installs the checkout anew; tests/e2e/demo-and-explain.test.ts runs demo' },
  'npm ci && npm test': { because: 'these are the tests' },
  'npm ci && npm run build && npm install --global .': inCheckout,
  'npm pack': { because: 'tests/docker/package.test.ts packs, installs and runs the package' },
  'npm install --global ./yokeflow-upgrade-0.1.0.tgz': { because: 'see npm pack' },
  'npm install /path/to/yokeflow-upgrade': { because: 'tests/e2e/api.test.ts compiles against the package' },
  'docker build -t yokeflow-upgrade .': ofAnImage,
  'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade': ofAnImage,
  'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade status': ofAnImage,
  'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade explain YF402':
    ofAnImage,
  'docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade restore yokeflow-backups/FILE.dump':
    ofAnImage,
  'docker compose stop api': ofCompose,
  'docker compose run --rm yokeflow-upgrade restore /backups/FILE.dump --container yokeflow_postgres': ofCompose,
  'docker compose run --rm yokeflow-upgrade restore /backups/FILE.dump --database-url postgresql://agent@postgres:5432/yokeflow':
    ofCompose,
  'docker exec yokeflow_postgres pg_dump -Fc --schema-only -U agent yokeflow > yokeflow.dump': {
    because: 'it needs an engine: tests/docker/examples/ci.test.ts runs it',
  },
  "find /var/backups/yokeflow-nightly -maxdepth 1 -type f -name '*.dump' -mtime +30 -delete": {
    because: 'tests/docker/examples/cron.test.ts runs it on a folder of its own',
  },
  'yokeflow-upgrade restore yokeflow-backups/FILE.dump': ofABackup,
};

/** Whose console blocks are run below. */
const consolePages: readonly string[] = ['docs/automation.md'];
/** Whose are run in tests/docker/support-doc.test.ts. */
const elsewhere = ['docs/support.md'];

const typed = fences
  .filter(({ language, example }) => language === 'sh' && example === undefined)
  .flatMap((fence) => fence.lines.map((line) => line.replace(/ +#.*/, '')));

describe('the commands of README and docs/', () => {
  it('are run, or have a reason', () => {
    expect(Object.keys(lines).sort()).toEqual([...new Set(typed)].sort());
    for (const { page, language, lines: text } of fences) {
      expect(['sh', 'console', 'yaml', 'ts', ''], page).toContain(language);
      if (language === 'console') expect([...consolePages, ...elsewhere]).toContain(page);
      if (language === '') expect(text.join('\n')).not.toMatch(/^\$? ?(yokeflow-upgrade|npm|docker|psql) /m);
    }
  });

  const ran = Object.entries(lines).flatMap(([line, comesTo]) => ('on' in comesTo ? [[line, comesTo] as const] : []));
  const test = process.platform === 'win32' ? it.skip : it.concurrent;
  test.for(ran)('%s', async ([line, { on, exitCode, says, leaves, after }], { expect, onTestFinished }) => {
    const ground = pageGround({ onTestFinished });
    await ground.use(on);
    if (after !== undefined) expect(await ground.run(after)).toMatchObject({ exitCode: 0 });
    const result = await ground.run(line);
    const all = result.stdout + result.stderr;
    expect(result, all).toMatchObject({ exitCode });
    expect(all).toMatch(says);
    if (leaves === undefined) return;
    const file = join(ground.folder, leaves[0]);
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(leaves[1]);
  });
});

describeWithTools(['jq', 'bash'], 'the answers that docs/ shows', () => {
  // `npx vitest run -u tests/e2e/page-commands.test.ts`, after a build, writes them anew.
  it.for(consolePages)('%s shows what is printed', async (page, { expect, onTestFinished }) => {
    const ground = pageGround({ onTestFinished }, '16.4');
    const file = fileURLToPath(new URL(`../../${page}`, import.meta.url));
    const rerunPage = await rerun(readPage(page), {
      use: (fixture) => ground.use(fixture.replace(/^database /, '')),
      run: async (line) => {
        const { stdout } = await ground.run(line);
        const { name, host, port } = ground.database;
        return canonical(stdout, [
          [`"database": "${name}"`, '"database": "yokeflow"'],
          [`"host": "${host}"`, '"host": "db.example.com"'],
          [`"port": ${port}`, '"port": 5432'],
        ])
          .replace(/(?<="systemIdentifier": ")\d+/, '7576893440271908213')
          .replace(/(?<="startedAt": ")[^"]+/, '2026-11-23T10:00:00.000000Z')
          .replace(/(?<="databaseOid": )\d+/, '16384')
          .replace(/(?<="server": ")\d+\.\d+/, '16.4')
          .replace(/(?<="bytes": )\d+/g, '81920');
      },
    });
    await expect(rerunPage).toMatchFileSnapshot(file);
  });
});
