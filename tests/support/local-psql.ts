import { spawn } from 'node:child_process';
import { startupOptions } from '../../src/database/pinned-settings.js';
import type { PsqlTransport } from '../../src/database/psql/transport.js';
import { PsqlSession } from '../../src/database/psql/session.js';
import type { TestDatabase } from './server.js';

/**
 * A psql of this machine, talked to exactly as the one in a container is.
 * @param sent called for each message
 */
export function localPsql(psql: string, database: TestDatabase, sent = () => {}): Promise<PsqlSession> {
  const child = spawn(
    psql,
    [
      '-X',
      '-q',
      '-A',
      '-t',
      '-w',
      '-h',
      database.host,
      '-p',
      String(database.port),
      '-U',
      database.user,
      '-d',
      database.name,
    ],
    {
      env: {
        ...process.env,
        PGPASSWORD: database.password,
        PGCLIENTENCODING: 'UTF8',
        PGAPPNAME: 'yokeflow-upgrade-test',
        PGOPTIONS: startupOptions,
        PGSSLMODE: 'disable',
      },
    },
  );
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const transport: PsqlTransport = {
    write: (text) => {
      sent();
      child.stdin.write(text);
    },
    onOutput: (listener) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => listener('stdout', text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => listener('stderr', text));
    },
    onEnd: (listener) => void ended.then(listener),
    close: () => ended,
    abandon: () => void child.kill(),
  };
  child.stdin.on('error', () => undefined);
  return PsqlSession.open(transport);
}
