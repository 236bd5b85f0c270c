import { ConninfoFault, isConninfo, readConninfo } from './conninfo.js';
import { parseUrl, unreadable, type ConnectionString } from './url.js';

/**
 * Reads a connection string of either form: a URL, or keywords with values. Reads no file and looks nothing up.
 * @param source what held it, for messages
 * @throws {UpgradeError} YF209 (exit 2) when it cannot be read; the message never holds the password
 */
export function readConnectionString(text: string, source: string): ConnectionString {
  const trimmed = text.trim();
  if (!isConninfo(trimmed)) return parseUrl(trimmed, source);
  try {
    const values = readConninfo(trimmed);
    return { values, mayBeSecret: Object.keys(values).some((name) => /password|secret|_key$/.test(name)) };
  } catch (error) {
    // Without its quotes, where a password ends is not known, so nothing of it is shown.
    if (error instanceof ConninfoFault) throw unreadable('', source, error.message);
    throw error;
  }
}
