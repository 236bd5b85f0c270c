import { connector } from '../../database/connect.js';
import { settle, withPassword } from '../../database/direct/settle.js';
import { UpgradeError } from '../../errors/error.js';
import { rememberPassword } from '../../redaction/redact.js';
import { refusing, type Located } from './located.js';
import type { Run } from '../run.js';

/** How often a password may be typed. */
const TRIES = 3;

/**
 * Asks for the password of a direct connection, where the server wants one, none was found, and somebody is there to be asked. The answer is
 * the target's from then on, for every connection of the run and for pg_dump.
 * @returns the same where nothing has to be asked; where the connection cannot come about, its `connect` says why
 * @throws {UpgradeError} YF701
 */
export async function admit(run: Run, found: Located): Promise<Located> {
  const { target } = found;
  if (target.kind !== 'direct' || target.password !== undefined || !run.isAttended) return found;
  let refusal = await refusalOf(found, run);
  if (refusal?.code !== 'YF217') return refusal === undefined ? found : refusing(found, refusal);

  let refused: string | undefined;
  for (let i = 0; i < TRIES; i++) {
    const password = await run.decide({ kind: 'password', target, refused });
    if (password === undefined) break;
    if (password === '') {
      refused = 'Nothing was typed.';
      continue;
    }
    rememberPassword(password);
    const typed = await settle(withPassword(target, { password, passwordFrom: 'what was typed' }));
    const tried: Located = { target: typed, connect: connector(typed) };
    refusal = await refusalOf(tried, run);
    if (refusal === undefined) return tried;
    found = tried;
    if (refusal.code !== 'YF205') break;
    refused = refusal.message;
  }
  return refusing(found, refusal);
}

/** Why no connection comes about; undefined where one does. */
async function refusalOf({ connect }: Located, run: Run): Promise<UpgradeError | undefined> {
  try {
    await (await run.unlessSlow('Connecting', () => connect())).close();
    return undefined;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
}
