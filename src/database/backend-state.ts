/** What can be seen, from beside it, of a backend that does not answer. */
export type Liveness =
  /** Nothing at all answers at the server. */
  | { readonly kind: 'silent'; readonly reason: string }
  /** The server answers, and this session is not there any more or has not got what was sent to it. */
  | { readonly kind: 'gone'; readonly reason: string }
  | Working;

/** It is at work. */
export interface Working {
  readonly kind: 'working';
  /** One that stays the same for long is that of a process which was stopped; undefined where none can be seen. */
  readonly sign: string | undefined;
  readonly waitType: string | null;
  readonly waitsFor: string | null;
}
