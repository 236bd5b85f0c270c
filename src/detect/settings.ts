import { parameters } from './parameters.js';

/** One parameter of a connection, with where it was said. */
export interface Setting {
  readonly value: string;
  /** How it is called there: the keyword, or the variable. */
  readonly name: string;
  /** `--database-url`, `the environment`, `/path/.env`, `service NAME in /path/pg_service.conf`. */
  readonly where: string;
}

/**
 * Parameters by libpq's keyword. One that is empty is set all the same: nothing else fills it in, and libpq's default holds
 * (conninfo_add_defaults in fe-connect.c).
 */
export type Settings = Readonly<Record<string, Setting>>;

/** What a connection string says. */
export function writtenSettings(values: Readonly<Record<string, string>>, where: string): Settings {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, name, where }]));
}

/**
 * The PG* variables of libpq: https://www.postgresql.org/docs/current/libpq-envars.html
 * @param whereOf what a variable is from, in words
 */
export function variableSettings(
  env: Readonly<Record<string, string | undefined>>,
  whereOf: (variable: string) => string,
): Settings {
  return Object.fromEntries(
    parameters.flatMap(({ keyword, variable }) => {
      const value = variable === undefined ? undefined : env[variable];
      return keyword === undefined || variable === undefined || value === undefined
        ? []
        : [[keyword, { value, name: variable, where: whereOf(variable) }]];
    }),
  );
}
