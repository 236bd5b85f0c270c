import { transformWithEsbuild } from 'vite';

/**
 * A plugin for rollup that takes out what only people read, except names: a report of an unforeseen error shows them. In plain ASCII, of
 * which Node reads and keeps a character in one byte.
 */
export function compact() {
  return {
    name: 'compact',
    renderChunk: (code, { fileName }) =>
      transformWithEsbuild(code, fileName, {
        minifyWhitespace: true,
        minifySyntax: true,
        charset: 'ascii',
        legalComments: 'none',
        target: 'node20.17',
        sourcemap: false,
      }),
  };
}
