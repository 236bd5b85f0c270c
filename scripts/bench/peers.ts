import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partSql } from '../../src/demo/fixtures.js';

/** The versions that are measured. */
const PEERS = ['node-pg-migrate@9.0.0', 'pg@8.23.1', 'dbmate@2.36.0'];

/** What YokeFlow's documentation lets people paste: two files. */
export const documented = {
  '011': ['011-labels', '011-paused-sessions', '011-tables', '011-views', '011-functions'],
  '012': ['012-tables', '012-views', '012-functions-first', '012-functions-rest'],
} as const;

export const documentedSql = (file: keyof typeof documented): string =>
  documented[file].map((part) => partSql(`1.4.0/${part}`)).join('\n');

/** Other programs that bring a schema up to date, from npm, with the same SQL as their migrations. */
export interface Peers {
  readonly pgMigrate: readonly string[];
  readonly dbmate: readonly string[];
}

/**
 * Installs them beside the project's own packages, once.
 * @throws {Error} where npm cannot be reached
 */
export function preparePeers(cache: string, folder: string): Peers {
  const prefix = join(cache, 'peers');
  if (!existsSync(join(prefix, 'node_modules/dbmate'))) {
    mkdirSync(prefix, { recursive: true });
    execFileSync('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--silent', ...PEERS], {
      stdio: 'inherit',
    });
  }
  const [migrations, dbmate] = [join(folder, 'pg-migrate'), join(folder, 'dbmate')];
  for (const each of [migrations, dbmate]) {
    rmSync(each, { recursive: true, force: true });
    mkdirSync(each, { recursive: true });
  }
  // A label cannot be used before it is committed, so it has a migration of its own, as their users would write it.
  const files = [
    ['1_labels', partSql('1.4.0/011-labels')],
    [
      '2_011',
      documented['011']
        .slice(1)
        .map((part) => partSql(`1.4.0/${part}`))
        .join('\n'),
    ],
    ['3_012', documentedSql('012')],
  ] as const;
  for (const [name, sql] of files) {
    writeFileSync(join(migrations, `${name}.sql`), `-- Up Migration\n${sql}\n`);
    writeFileSync(join(dbmate, `${name}.sql`), `-- migrate:up transaction:false\n${sql}\n-- migrate:down\n`);
  }
  const bin = (name: string) => join(prefix, 'node_modules/.bin', name);
  return {
    pgMigrate: [
      process.execPath,
      join(prefix, 'node_modules/node-pg-migrate/bin/node-pg-migrate.js'),
      'up',
      '-m',
      migrations,
      '--no-single-transaction',
      '--no-check-order',
    ],
    dbmate: [bin('dbmate'), '--migrations-dir', dbmate, '--no-dump-schema', 'up'],
  };
}
