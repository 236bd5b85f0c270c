import { join, resolve } from 'node:path';
import { UpgradeError } from '../errors/error.js';
import { fileFailure, type Surroundings } from '../machine/surroundings.js';
import { parameterOf } from './parameters.js';
import type { Settings } from './settings.js';

/** Where packages build libpq to look for the system's service file: Debian's, Red Hat's, and PostgreSQL's own. */
const systemFolders = ['/etc/postgresql-common', '/etc/sysconfig/pgsql', '/usr/local/pgsql/etc'];

/**
 * Looks a service up: in the file that is named, or else in the user's own, and then in the system's.
 * Source: "The Connection Service File", and parseServiceInfo in fe-connect.c.
 * @param file the file that `servicefile` or PGSERVICEFILE names
 * @param folder what a relative path starts from
 * @throws {UpgradeError} YF231 (exit 2) where it is in neither, or a file cannot be read or understood
 */
export function serviceSettings(
  service: string,
  file: string | undefined,
  folder: string,
  from: Surroundings,
): Settings {
  const own = file ? resolve(folder, file) : userFile(from);
  const looked: string[] = [];
  for (const path of [...(file || from.exists(own) ? [own] : []), ...systemFile(folder, from)]) {
    const found = settingsIn(path, service, from);
    if (found !== undefined) return found;
    looked.push(`${path}: no [${service}] in it`);
  }
  throw unusable(service, 'it is defined nowhere', [
    ...(looked.some((line) => line.startsWith(own)) ? [] : [`${own}: there is no such file`]),
    ...looked,
  ]);
}

function userFile({ env, home, platform }: Surroundings): string {
  const appData = env['APPDATA'];
  return platform === 'win32' && appData
    ? join(appData, 'postgresql', '.pg_service.conf')
    : join(home, '.pg_service.conf');
}

function systemFile(folder: string, from: Surroundings): string[] {
  const named = from.env['PGSYSCONFDIR'];
  const folders = named ? [named] : from.platform === 'win32' ? [] : systemFolders;
  const path = folders.map((one) => resolve(folder, one, 'pg_service.conf')).find((one) => from.exists(one));
  return path === undefined ? [] : [path];
}

/** The settings of the first section of that name; undefined where the file has none. */
function settingsIn(path: string, service: string, from: Surroundings): Settings | undefined {
  let text: string;
  try {
    text = from.readText(path);
  } catch (error) {
    throw unusable(service, 'its file cannot be read', [`${path}: ${fileFailure(error)}`]);
  }
  const where = `service ${service} in ${path}`;
  let settings: Record<string, Settings[string]> | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (settings !== undefined) break;
      if (line.startsWith(`[${service}]`)) settings = {};
      continue;
    }
    if (settings === undefined) continue;
    const [name = '', ...rest] = line.split('=');
    // No part of the line is shown: what is no setting may be a password.
    const fault = faultOf(line, name);
    if (fault !== undefined) throw unusable(service, fault, [`${path}, line ${index + 1}`]);
    settings[name] ??= { value: rest.join('='), name, where };
  }
  return settings;
}

function faultOf(line: string, name: string): string | undefined {
  if (line.startsWith('ldap')) return 'its settings are kept on an LDAP server, which is not asked here';
  if (!line.includes('=')) return 'a line of it is no setting';
  if (name === 'service' || name === 'servicefile') return 'it refers to another service, which libpq does not allow';
  return parameterOf(name) === undefined ? 'a line of it names no parameter of a PostgreSQL connection' : undefined;
}

function unusable(service: string, fault: string, found: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: 'YF231',
    message: `The connection service ${service} cannot be used: ${fault}.`,
    found,
    remedy:
      'Correct the service file, or name the database in another way: --database-url postgresql://USER@HOST:5432/DATABASE',
  });
}
