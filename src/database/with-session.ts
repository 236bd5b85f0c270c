import type { Connect } from './connect.js';
import type { Session } from './session.js';

/** Runs `work` in a session of its own, which is closed again whatever comes of it. */
export async function withSession<T>(connect: Connect, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
