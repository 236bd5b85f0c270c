import type { Settings } from './settings.js';

/** Variables of the `postgres` image, and what compose files and programs call the rest of an address beside them. */
const keywords = {
  POSTGRES_HOST: 'host',
  POSTGRES_PORT: 'port',
  POSTGRES_DB: 'dbname',
  POSTGRES_USER: 'user',
  POSTGRES_PASSWORD: 'password',
} as const;

/**
 * The connection that POSTGRES_* variables alone describe, with the defaults of the image: the user postgres, and the user's name for the
 * database (https://hub.docker.com/_/postgres, "Environment Variables"). Its port is published on this machine.
 * @returns undefined where they name neither a database, a user nor a host: what is left then may be anybody's
 */
export function imageSettings(
  values: Readonly<Record<string, string | undefined>>,
  where: string,
): Settings | undefined {
  if (!values['POSTGRES_DB'] && !values['POSTGRES_USER'] && !values['POSTGRES_HOST']) return undefined;
  const user = values['POSTGRES_USER'] || 'postgres';
  const all = { POSTGRES_HOST: 'localhost', POSTGRES_PORT: '5432', POSTGRES_USER: user, POSTGRES_DB: user };
  return Object.fromEntries(
    Object.entries(keywords).flatMap(([name, keyword]) => {
      const value = values[name] || (all as Record<string, string>)[name];
      return value === undefined ? [] : [[keyword, { value, name, where }]];
    }),
  );
}
