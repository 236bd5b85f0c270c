import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex, Writable } from 'node:stream';

/** The server's end of a WebSocket (RFC 6455) that carries binary messages. */
export interface WebSocket {
  /** The pieces of messages as they come; `isFirst` where a message begins. Ends with the connection. */
  readonly pieces: AsyncIterable<{ bytes: Buffer; isFirst: boolean }>;
  /** Resolves once there is room for more. */
  send(...bytes: Buffer[]): Promise<void>;
  /** Says that all is well, and ends the connection. */
  close(): void;
}

const opcodes = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 };

/** Answers the request for a WebSocket. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, protocol: string): WebSocket {
  const key = request.headers['sec-websocket-key'] ?? '';
  // The text is the RFC's (1.3).
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
  // A peer that is killed resets the connection: the end of the pieces tells it.
  socket.on('error', () => undefined);
  const send = async (opcode: number, ...bytes: Buffer[]) => {
    if (socket.destroyed || !socket.writable) return;
    const isRoom = socket.write(
      Buffer.concat([
        header(
          opcode,
          bytes.reduce((sum, { length }) => sum + length, 0),
        ),
        ...bytes,
      ]),
    );
    if (!isRoom) await room(socket);
  };
  return {
    pieces: read(socket, (ping) => void send(opcodes.pong, ping)),
    send: (...bytes) => send(opcodes.binary, ...bytes),
    close: () => {
      // 1000: a normal closure.
      void send(opcodes.close, Buffer.from([0x03, 0xe8]));
      socket.end();
    },
  };
}

/** Resolves when a full stream takes more, or will never take more. */
export async function room(stream: Writable): Promise<void> {
  if (stream.destroyed) return;
  const over = new AbortController();
  // `once` fails where the stream does.
  await Promise.race(['drain', 'close'].map((event) => once(stream, event, { signal: over.signal }))).catch(
    () => undefined,
  );
  over.abort();
}

function header(opcode: number, length: number): Buffer {
  const bytes = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  bytes[0] = 0x80 | opcode;
  bytes[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (bytes.length === 4) bytes.writeUInt16BE(length, 2);
  if (bytes.length === 10) bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

async function* read(socket: Duplex, pong: (ping: Buffer) => void): WebSocket['pieces'] {
  let rest = Buffer.alloc(0);
  try {
    for await (const piece of socket as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, piece]);
      for (let frame = firstFrame(rest); frame !== undefined; frame = firstFrame(rest)) {
        rest = rest.subarray(frame.end);
        if (frame.opcode === opcodes.close) return;
        if (frame.opcode === opcodes.ping) pong(frame.bytes);
        if (frame.opcode <= opcodes.binary)
          yield { bytes: frame.bytes, isFirst: frame.opcode !== opcodes.continuation };
      }
    }
  } catch {
    // Reset by the peer, which is an end like another.
  }
}

/** The frame at the beginning, unmasked; undefined where it is not whole yet. */
function firstFrame(bytes: Buffer): { opcode: number; bytes: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10;
  const from = maskAt + 4;
  if (bytes.length < from) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < from + length) return undefined;
  // A client masks all that it sends.
  const unmasked = Buffer.from(bytes.subarray(from, from + length));
  for (let at = 0; at < length; at++) unmasked[at] = (unmasked[at] ?? 0) ^ (bytes[maskAt + (at % 4)] ?? 0);
  return { opcode: first & 0x0f, bytes: unmasked, end: from + length };
}
