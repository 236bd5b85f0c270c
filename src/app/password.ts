import type { Located } from './locate.js';
import type { Settings } from '../cli/settings.js';
import { connector } from '../database/connect.js';
import { hostAndPort } from '../database/host-and-port.js';
import { UpgradeError } from '../errors/error.js';
import { visible } from '../inert/visible.js';
import { rememberPassword } from '../redaction/redact.js';
import type { Terminal } from '../ui/terminal/terminal.js';
import { askHidden } from '../ui/terminal/hidden.js';
import { tellIfSlow } from './slow.js';

/** How often a password may be typed. */
const TRIES = 3;

type Asking = Pick<Settings, 'yes' | 'json' | 'events'>;

/**
 * Asks for the password of a direct connection, where the server wants one, none was found, and somebody is there to be asked. What is typed is
 * the target's from then on, for every connection of the run and for pg_dump.
 * @returns the same where nothing has to be asked; where the connection cannot come about, its `connect` says why
 * @throws {UpgradeError} YF701
 */
export async function withPassword(
  found: Located,
  { yes, json, events }: Asking,
  terminal: Terminal,
): Promise<Located> {
  const { target } = found;
  if (target.kind !== 'direct' || target.password !== undefined || yes || json || events || !terminal.interactive)
    return found;
  let refusal = await refusalOf(found, terminal);
  if (refusal?.code !== 'YF217') return refusal === undefined ? found : refusing(found, refusal);

  const question = `Password of ${visible(target.user)} on ${visible(hostAndPort(target))}, database ${visible(target.database)}`;
  for (let i = 0; i < TRIES; i++) {
    const password = await askHidden(terminal, question, 'PGPASSWORD, or a line in ~/.pgpass');
    if (password === '') {
      terminal.insist('Nothing was typed.');
      continue;
    }
    rememberPassword(password);
    const typed = { ...target, password, passwordFrom: 'what was typed' };
    const tried: Located = { target: typed, connect: connector(typed) };
    refusal = await refusalOf(tried, terminal);
    if (refusal === undefined) return tried;
    found = tried;
    if (refusal.code !== 'YF205') break;
    terminal.insist(refusal.message);
  }
  return refusing(found, refusal);
}

/** Why no connection comes about; undefined where one does. */
async function refusalOf({ connect }: Located, terminal: Terminal): Promise<UpgradeError | undefined> {
  try {
    await (await tellIfSlow(terminal, 'Connecting', () => connect())).close();
    return undefined;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
}

/** The command finds out by itself, with all that it knows, and not by waiting for the same thing again. */
function refusing({ target }: Located, refusal: UpgradeError): Located {
  return { target, connect: () => Promise.reject(refusal) };
}
