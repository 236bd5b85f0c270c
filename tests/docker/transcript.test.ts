import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asked, choose } from '../support/dialogue.js';
import { describeWithEngine, startPostgresContainer, type PostgresContainer } from '../support/engine.js';
import { scenarioSql } from '../support/fixtures.js';
import { onTerminal, type OnTerminal } from '../support/pseudo-terminal.js';
import { pictureOf } from '../support/terminal-picture.js';

const [columns, rows] = [120, 40];
/** Always the same, because lines are broken by the length of what is in them. */
const folder = '/tmp/yf';
const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url).pathname;

/** What a slow machine makes the command say. */
const onlyWhereSlow = /^(Looking for .*|Looking at .*|Connecting| {2}still at it) \.\.\.$/;

/** Without what differs from run to run and from machine to machine. */
function settled(text: string): string {
  return text
    .replace(/\d{8}T\d{6}Z\.[0-9a-f]{8}-\d+/g, '20261123T041500Z.7f3a9c2e-16384')
    .replace(/\((?:\d+\.\d s|\d+ min \d+ s)\)/g, '(0.2 s)')
    .replace(/PostgreSQL \d+\.\d+/g, 'PostgreSQL 16.10')
    .replace(/[\d.]+ MB/g, '9.1 MB')
    .replace(/[\d.]+ kB/g, '57 kB');
}

/** The part of a screen that begins with this line. */
function frame({ cells }: OnTerminal, beginning: string, title: string): string {
  const lines = cells.all().split('\n');
  const from = lines.findIndex((line) => line.startsWith(beginning));
  return pictureOf(cells, title, columns, [from, lines.length], settled);
}

describeWithEngine('docs: what README shows of the wizard', () => {
  let postgres: PostgresContainer;
  beforeAll(async () => {
    postgres = await startPostgresContainer({ sql: scenarioSql('1.3.0') });
    mkdirSync(folder);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await postgres?.stop();
  });

  it('is what the command shows now; if it is not, run: npm run transcript', async () => {
    const terminal = await onTerminal([], { columns, rows, engine: true, cwd: folder });
    await asked(terminal, 'What next?');
    const menu = frame(
      terminal,
      'YokeFlow upgrade',
      'The wizard before anything has changed: what it found, what is due, what to do next',
    );
    await choose(terminal, 'What next?', 'Upgrade now');
    expect(await terminal.ended, terminal.transcript()).toBe(0);
    const end = frame(
      terminal,
      'Earlier updates',
      'The end of the upgrade: checks with ticks, the verdict, what to do next and the way back',
    );

    const lines = settled(terminal.transcript())
      .split('\n')
      .filter((line) => !onlyWhereSlow.test(line));
    await expect(`$ yokeflow-upgrade\n${lines.join('\n')}\n`).toMatchFileSnapshot(docs('transcript.txt'));
    await expect(menu).toMatchFileSnapshot(docs('wizard.svg'));
    await expect(end).toMatchFileSnapshot(docs('upgraded.svg'));
  });
});
