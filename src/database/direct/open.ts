import { connectTimeoutSeconds } from '../connect-timeout.js';
import { discard } from '../discard.js';
import { opened } from '../first-answers.js';
import { Login } from '../login.js';
import { startupOptions } from '../pinned-settings.js';
import { postgresSocket } from '../postgres-socket.js';
import { isNotAdmitted } from '../refusal.js';
import type { Session } from '../session.js';
import type { DirectTarget } from '../target.js';
import { directError } from '../tls-needed.js';

export async function openDirect(target: DirectTarget, applicationName: string): Promise<Session> {
  const [{ default: pg }, { PgSession }] = await Promise.all([import('pg'), import('../pg-session.js')]);
  const { host, port, user, database } = target;
  const login = new Login(target);
  const openWith = async (ssl: Exclude<DirectTarget['ssl'], string> | false, options: string) => {
    const { socket, notPostgres } = postgresSocket(ssl !== false);
    const client = new pg.Client({
      stream: () => socket,
      host,
      port,
      user,
      database,
      ssl,
      password: login.password,
      ...(options !== '' && { options }),
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutSeconds(target) * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    try {
      await client.connect();
      // A pooler accepts the connection itself: only an answered query shows that there is a server.
      return await opened(PgSession.open(client), () => discard(client));
    } catch (error) {
      discard(client);
      throw notPostgres() ?? error;
    }
  };
  // Later options of the same name win, so ours stand behind the user's.
  const open = (ssl: Exclude<DirectTarget['ssl'], string> | false) =>
    openWith(ssl, `${target.options ?? ''} ${startupOptions}`.trim()).catch((error: unknown) => {
      // PgBouncer's words. The session then sets by itself what it could not begin with.
      if (/unsupported startup parameter/i.test(String(error))) return openWith(ssl, target.options ?? '');
      throw error;
    });
  try {
    if (target.ssl === 'disable') return await open(false);
    if (target.ssl !== 'prefer') return await open(target.ssl);
    return await open({ rejectUnauthorized: false }).catch((error: unknown) => {
      // libpq's `prefer`: without TLS on the other side, or where it admits nobody over TLS, go on in plain text.
      if (/does not support SSL/.test(String(error)) || isNotAdmitted(error)) return open(false);
      throw error;
    });
  } catch (error) {
    throw await directError(error, target, login);
  }
}
