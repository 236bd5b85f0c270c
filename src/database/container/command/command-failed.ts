/** A command such as podman, kubectl or ssh that did not do what was asked of it, with its own words. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  /**
   * @param program its name: `podman`
   * @param words   what it wrote to standard error, without what a program in a container wrote
   * @param code    why it could not even be started: `ENOENT`
   */
  constructor(
    readonly program: string,
    readonly words: string,
    readonly code?: string,
  ) {
    super(code === undefined ? words || `${program} ended without a word` : `${program}: ${code}`);
  }
}
