import type Dockerode from 'dockerode';
import { EngineSilent } from '../container/engine-silent.js';

/** How long, in ms, an engine may take to begin its answer to any request. */
export const ENGINE_MS = 5000;

interface Request {
  readonly path: string;
  readonly method: string;
  readonly abortSignal?: AbortSignal;
}
type Dial = (request: Request, callback: (error: unknown, answer?: unknown) => void) => void;

/**
 * Gives every request to an engine an end: docker-modem waits for ever, and an abort does not always end an ssh handshake.
 * A stream that has begun, such as psql's, goes on for as long as it likes.
 * @param milliseconds for the answer, or the beginning of a stream
 */
export function limitRequests(docker: Dockerode, milliseconds: number): void {
  const modem = docker.modem as { dial: Dial };
  const dial = modem.dial.bind(modem);
  modem.dial = (request, callback) => {
    const late = new AbortController();
    let answered = false;
    const answer = (error: unknown, value?: unknown) => {
      clearTimeout(timer);
      // What comes after the end is nobody's: it must not stay open.
      if (answered) return (value as { destroy?: () => void } | undefined)?.destroy?.();
      answered = true;
      callback(error, value);
    };
    const timer = setTimeout(() => {
      answer(new EngineSilent(`${request.method} ${request.path.replace(/\?.*$/, '')}`));
      late.abort();
    }, milliseconds);
    const abortSignal = request.abortSignal ? AbortSignal.any([request.abortSignal, late.signal]) : late.signal;
    dial({ ...request, abortSignal }, answer);
  };
}
