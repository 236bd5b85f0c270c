import { UpgradeError } from '../errors/error.js';
import { isHarmless, parameterOf, parameters, type Parameter } from './parameters.js';
import type { Surroundings } from '../machine/surroundings.js';
import type { UrlParameters } from './url.js';

/**
 * Makes sure that nothing is dropped of what a connection says: libpq takes what a connection string leaves out from the
 * environment, so a variable counts beside a URL too.
 * @param parameters those of the connection string; none where variables alone name the connection
 * @param env the variables that apply
 * @param source what holds the connection, for the message
 * @throws {UpgradeError} YF212 (exit 2) with the parameter's name; its value may be a secret and is never shown
 */
export function refuseUnhonoured(
  { values: given, mayBeSecret }: UrlParameters,
  env: Surroundings['env'],
  source: string,
): void {
  for (const [keyword, value] of Object.entries(given)) {
    const known = parameterOf(keyword);
    if (known === undefined) throw unknownParameter(mayBeSecret ? '' : keyword, source);
    if (!isHarmless(known, value)) throw notHonoured(keyword, source, known);
  }
  for (const known of parameters) {
    if (known.variable === undefined || (known.keyword !== undefined && given[known.keyword])) continue;
    if (!isHarmless(known, env[known.variable])) throw notHonoured(known.variable, 'the environment', known);
  }
}

function notHonoured(name: string, where: string, { instead = 'Leave it out.' }: Parameter): UpgradeError {
  return refusal(`${name} in ${where} is not supported here, and psql would heed it.`, name, `${instead}${otherWay}`);
}

function unknownParameter(keyword: string, source: string): UpgradeError {
  // What is no word may be a piece of a password with an & in it.
  const shown = /^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(keyword) ? keyword : 'A parameter';
  return refusal(
    `${shown} in ${source} is no parameter of a PostgreSQL connection.`,
    shown,
    `Take it out of the connection; an & in a password must be written %26.${otherWay}`,
  );
}

const otherWay = ' Or name the database in another way: --container NAME or --database-url URL';

function refusal(message: string, name: string, remedy: string): UpgradeError {
  return new UpgradeError({ code: 'YF212', message, found: [`parameter: ${name}`], remedy });
}
