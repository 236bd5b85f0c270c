import { UpgradeError } from '../errors/error.js';
import { isHarmless, parameterOf, parameters, type Parameter } from './parameters.js';
import type { Settings } from './settings.js';
import type { Surroundings } from '../machine/surroundings.js';

/**
 * Makes sure that nothing is dropped of what a connection says: libpq takes what a connection string leaves out from a service and from the
 * environment, so these count beside a URL too.
 * @param mayBeSecret whether what looks like a parameter's name may be a piece of a password
 * @param env the variables that apply, some of which are no parameter
 * @throws {UpgradeError} YF212 (exit 2) with the parameter's name; its value may be a secret and is never shown
 */
export function refuseUnhonoured(settings: Settings, mayBeSecret: boolean, env: Surroundings['env']): void {
  for (const [keyword, { value, name, where }] of Object.entries(settings)) {
    const known = parameterOf(keyword);
    if (known === undefined) throw unknownParameter(mayBeSecret ? '' : keyword, where);
    if (!isHarmless(known, value)) throw notHonoured(name, where, known);
  }
  for (const known of parameters) {
    if (known.keyword !== undefined || known.variable === undefined) continue;
    if (!isHarmless(known, env[known.variable])) throw notHonoured(known.variable, 'the environment', known);
  }
}

function notHonoured(name: string, where: string, { instead = 'Leave it out.' }: Parameter): UpgradeError {
  return refusal(`${name} in ${where} is not supported here, and psql would heed it.`, name, `${instead}${otherWay}`);
}

function unknownParameter(keyword: string, where: string): UpgradeError {
  // What is no word may be a piece of a password with an & or a blank in it.
  const shown = /^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(keyword) ? keyword : 'A parameter';
  return refusal(
    `${shown} in ${where} is no parameter of a PostgreSQL connection.`,
    shown,
    `Take it out of the connection; in a URL an & in a password must be written %26, and elsewhere a value with blanks stands in single quotes.${otherWay}`,
  );
}

const otherWay = ' Or name the database in another way: --container NAME or --database-url URL';

function refusal(message: string, name: string, remedy: string): UpgradeError {
  return new UpgradeError({ code: 'YF212', message, found: [`parameter: ${name}`], remedy });
}
