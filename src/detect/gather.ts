import type { Surroundings } from '../machine/surroundings.js';
import { complete } from './complete.js';
import { readConnectionString } from './connection-string.js';
import { serviceSettings } from './service.js';
import { variableSettings, writtenSettings, type Settings } from './settings.js';
import { refuseUnhonoured } from './unhonoured.js';
import type { DirectTarget } from '../database/target.js';

/** A source of a connection: what it is called, why it counts, and what there is beside it. */
export interface Source {
  readonly name: string;
  readonly reason: string;
  /** What relative paths start from. */
  readonly folder: string;
  /** The variables that apply. */
  readonly env: Surroundings['env'];
  /** What a variable is from, in words. */
  readonly whereOf: (variable: string) => string;
}

/**
 * The target of a connection string, completed as libpq does it: what it leaves open comes from the service, then from the variables.
 * @throws {UpgradeError} YF209, YF212 or YF231 (exit 2), YF207 for a certificate that cannot be read
 */
export function fromString(text: string, source: Source, from: Surroundings): DirectTarget {
  const { values, mayBeSecret } = readConnectionString(text, source.name);
  return gathered(writtenSettings(values, source.name), mayBeSecret, source, from);
}

/** The target that variables alone name. Throws as {@link fromString} does. */
export function fromVariables(source: Source, from: Surroundings, given: Settings = {}): DirectTarget {
  return gathered(given, false, source, from);
}

function gathered(given: Settings, mayBeSecret: boolean, source: Source, from: Surroundings): DirectTarget {
  const { name, reason, folder, env, whereOf } = source;
  const variables = variableSettings(env, whereOf);
  const service = (given['service'] ?? variables['service'])?.value;
  const file = (given['servicefile'] ?? variables['servicefile'])?.value;
  const ofService = service ? serviceSettings(service, file, folder, { ...from, env }) : {};
  const settings = { ...variables, ...ofService, ...given };
  refuseUnhonoured(settings, mayBeSecret, env);
  return complete(settings, name, reason, folder, from);
}
