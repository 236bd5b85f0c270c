import type { DirectTarget } from './target.js';

/** The server asked for a password, and there is none. */
export class NoPassword extends Error {
  override readonly name = 'NoPassword';
}

/**
 * What one connection attempt answers to a server that asks for a password. `pg` is always given `password`: where it gets none, it reads password
 * files by itself, with a warning of Node's, and otherwise fails with words that nobody understands.
 */
export class Login {
  /** Whether the server has asked. Only then can a refusal be about the password. */
  wasAsked = false;

  constructor(private readonly target: Pick<DirectTarget, 'password'>) {}

  /** For `pg`'s setting `password`. It throws {@link NoPassword}. */
  readonly password = (): string => {
    this.wasAsked = true;
    if (this.target.password === undefined) throw new NoPassword('no password was given');
    return this.target.password;
  };
}
