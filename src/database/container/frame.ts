/** A piece of what a program writes. */
export interface Frame {
  readonly channel: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}
