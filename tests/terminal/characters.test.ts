import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeOnTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { load } from './database.js';

const hook = new URL('../support/log-imports.mjs', import.meta.url).href;

describeOnTerminal("Unicode's rules for characters, which take as long to read as all else", () => {
  it('are read only where something is shown that they are needed for', async () => {
    const database = await load('1.3.0');
    const folder = mkdtempSync(join(tmpdir(), 'yokeflow-imports-'));
    onTestFinished(async () => {
      rmSync(folder, { recursive: true });
      await database.drop();
    });
    const loaded = async (log: string, project: string) => {
      await database.query(
        `UPDATE projects SET name = '${project}' || id; UPDATE sessions SET status = 'running', last_heartbeat = now() WHERE session_number = 1`,
      );
      const env = { NODE_OPTIONS: `--import ${hook}`, IMPORT_LOG: join(folder, log) };
      const terminal = await onTerminal(['status', '--database-url', database.url], { columns: 60, env });
      expect(await terminal.ended, terminal.transcript()).toBe(10);
      expect(terminal.words()).toContain(`${project.slice(0, 4)}`);
      return readFileSync(join(folder, log), 'utf8').trim().split('\n');
    };
    const plain = await loaded('plain', 'caf\u00e9 \u2014 \u201cB\u201d and all of its friends, in one long line ');
    expect(plain).not.toContain('characters');
    expect(await loaded('drawn', '\u{1f468} '.repeat(60))).toContain('characters');
    const bundle = readdirSync('dist/lib').map((name) => readFileSync(join('dist/lib', name), 'utf8'));
    expect(bundle.filter((text) => /\/\^?\\p\{RGI_Emoji\}/.test(text))).toEqual([]);
  });
});
