import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The largest file that is read, in bytes: a bundle of every public authority is a quarter of a megabyte. */
const LARGEST = 4 * 1024 * 1024;

/** A file that is there and is not read, with a reason that fits behind its name. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Reads a small text file, in UTF-8 and without its byte order mark. Never waits: a named pipe without a writer, a terminal or a device would
 * keep the whole command waiting.
 * @throws {UnreadableFile} for what is no regular file, is too large, or is in UTF-16
 * @throws the file system's own error, with its `code` (ENOENT, EACCES)
 */
export function readTextFile(path: string): string {
  // Looked at before it is opened, since opening a device may do something; and again after that, since another may stand there by then.
  refuseOther(statSync(path));
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    refuseOther(fstatSync(file));
    return decode(readAll(file));
  } finally {
    closeSync(file);
  }
}

function refuseOther(stats: ReturnType<typeof fstatSync>): void {
  const what = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a named pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  if (!stats.isFile()) throw new UnreadableFile(`it is ${what}, and no regular file`);
  if (stats.size > LARGEST) throw tooLarge();
}

/** What the file system says of the size is not believed: of files in /proc it says 0. */
function readAll(file: number): Buffer {
  const bytes = Buffer.alloc(LARGEST + 1);
  let length = 0;
  for (let count = 1; count > 0 && length < bytes.length; length += count)
    count = readSync(file, bytes, length, bytes.length - length, null);
  if (length > LARGEST) throw tooLarge();
  return bytes.subarray(0, length);
}

const tooLarge = () => new UnreadableFile(`it is larger than ${LARGEST / 1024 / 1024} MB`);

function decode(bytes: Buffer): string {
  // Windows writes UTF-16 with a mark; without one, every second byte of plain text is 0.
  const [first, second, third, fourth] = bytes;
  const isUtf16 =
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (bytes.length >= 4 && ((first === 0 && third === 0) || (second === 0 && fourth === 0)));
  if (isUtf16) throw new UnreadableFile('it is in UTF-16; save it as UTF-8');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
