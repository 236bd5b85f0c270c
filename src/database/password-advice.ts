import type { DirectTarget, DockerTarget } from './target.js';
import { databaseUrlOf } from './database-url.js';
import { shellWord } from '../inert/shell.js';

/** What helps where a server asks over a direct connection for a password that nobody gave. */
export function passwordMissing({ host, port, database, user, passwordFile }: DirectTarget): string {
  const line = `${[host, String(port), database, user].map((field) => field.replaceAll(/[\\:]/g, '\\$&')).join(':')}:PASSWORD`;
  const path = passwordFile?.path ?? '~/.pgpass';
  if (passwordFile?.isOpenToOthers) return `Close the password file to others: chmod 600 ${shellWord(path)}`;
  return `Set PGPASSWORD, or write this line with the password into ${path}, open to you alone (chmod 600): ${line}`;
}

/** Where a password was looked for, each place with what was found there. */
export function passwordPlaces({ source, passwordFile }: DirectTarget): string[] {
  const fault = passwordFile?.fault === 'missing' ? 'there is no such file' : passwordFile?.fault;
  return [
    `${source}: no password`,
    'PGPASSWORD: not set',
    ...(passwordFile ? [`${passwordFile.path}: ${fault ?? 'no line for this host, port, database and user'}`] : []),
  ];
}

/**
 * What helps where psql in a container does not get in by its password: that one comes from the container itself, so what this machine has in
 * PGPASSWORD and ~/.pgpass does not reach it.
 */
export function passwordInContainer(target: DockerTarget): string {
  const { container, user, database } = target;
  const change = [
    'docker',
    'exec',
    '-it',
    container,
    'psql',
    '-U',
    'SUPERUSER',
    '-d',
    'postgres',
    '-c',
    `\\password ${/^[a-z_]\w*$/.test(user) ? user : `"${user.replaceAll('"', '""')}"`}`,
  ];
  return (
    `psql in the container takes the password from the container's own POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE; PGPASSWORD and ~/.pgpass of this machine do not reach it. ` +
    `Make the container anew with the right one there, or give the role that one: ${change.map((word) => shellWord(word)).join(' ')}. Or use the right one through the published port. ${publishedPort({ container, user, database })}`
  );
}

/** How to reach the server of a container from this machine. */
export function publishedPort({
  container,
  user,
  database,
}: Pick<DockerTarget, 'container' | 'user' | 'database'>): string {
  const url = databaseUrlOf({
    kind: 'direct',
    source: '',
    reason: '',
    host: 'localhost',
    port: 5432,
    ssl: 'prefer',
    user,
    database,
  });
  // A word in the place of the port would be taken for a piece of a password, and hidden.
  return `docker port ${container} 5432 shows the number to write in the place of 5432 in: yokeflow-upgrade status --database-url ${shellWord(url)}`;
}
