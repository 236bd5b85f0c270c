const HEADER_BYTES = 8;

/**
 * Takes apart Docker's multiplexed stream: frames of one byte for the channel, three of nothing, four for
 * the length, then the payload. Source: Docker Engine API, "Attach to a container", stream format.
 * (docker-modem's own never ends its targets and ignores back-pressure.)
 */
export class Demultiplexer {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly emit: (channel: 'stdout' | 'stderr', bytes: Buffer) => void) {}

  /** Bytes that have come of a frame which is not complete. */
  get pending(): number {
    return this.rest.length;
  }

  push(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.rest.readUInt32BE(4);
      if (this.rest.length < end) return;
      this.emit(this.rest[0] === 2 ? 'stderr' : 'stdout', this.rest.subarray(HEADER_BYTES, end));
      this.rest = this.rest.subarray(end);
    }
  }
}
