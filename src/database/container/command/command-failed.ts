/** A command such as podman, kubectl or ssh that did not do what was asked of it, with its own words. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** Why it could not even be started: `ENOENT`. */
  readonly code: string | undefined;
  readonly exitCode: number | null;

  /**
   * @param program its name: `podman`
   * @param words   what it wrote to standard error, without what a program in a container wrote
   */
  constructor(
    readonly program: string,
    readonly words: string,
    { code, exitCode = null }: { readonly code?: string; readonly exitCode?: number | null } = {},
  ) {
    super(code === undefined ? words || `${program} ended without a word` : `${program}: ${code}`);
    this.code = code;
    this.exitCode = exitCode;
  }
}
