/** One file as the engine's API takes it: POSIX tar, a header of 512 bytes and the content in blocks of 512. */
export function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(
    '0000644\0' +
      '0000000\0' +
      '0000000\0' +
      content.length.toString(8).padStart(11, '0') +
      '\0' +
      '00000000000\0' +
      ' '.repeat(8) +
      '0',
    100,
  );
  header.write('ustar\0' + '00', 257);
  header.write(
    header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0') + '\0 ',
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}
