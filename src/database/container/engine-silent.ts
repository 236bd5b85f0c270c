/** An engine took a request and does not answer it. */
export class EngineSilent extends Error {
  override readonly name = 'TimeoutError';

  constructor(what: string) {
    super(`the engine does not answer (${what})`);
  }
}
