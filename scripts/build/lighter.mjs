// Loading ICU's rules for characters takes 15 ms; text of single characters, as most lines are, can be taken apart without them.
const SEGMENTER = {
  from: 'const segmenter = new Intl.Segmenter();',
  to: `let made;
    const single = /^[\\x20-\\u02ff\\u2010-\\u20cf\\u2100-\\u27bf]*$/;
    const segmenter = { segment: (text) => single.test(text) ? Array.from(text, (segment) => ({ segment }))
      : (made ??= new Intl.Segmenter()).segment(text) };`,
};

// Reading the list of all emoji takes 15 ms. None of what this program draws by itself is one.
const EMOJI = {
  from: '/^\\p{RGI_Emoji}$/v',
  to: `{ test: (text) => !/^[\\x00-\\u2319\\u2500-\\u257f\\u2714\\u2718\\u276f]$/.test(text)
      && (emoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text) }; let emoji`,
};

/**
 * What packages do when they are loaded, and most runs never need, or what Node would warn of. Each piece of a package's text is exchanged for one that does the same
 * later, not at all, or otherwise; where a new version of the package has it no longer, the build fails, so that somebody looks.
 */
const LIGHTER = [
  { file: /[\\/]string-width[\\/]index\.js$/, ...SEGMENTER },
  { file: /[\\/]string-width[\\/]index\.js$/, ...EMOJI },
  { file: /[\\/]wrap-ansi[\\/]index\.js$/, ...SEGMENTER },
  {
    // Asking for the type of Response lets Node 20 load its whole fetch, 15 ms, to find out that this is not Cloudflare.
    file: /[\\/]pg[\\/]lib[\\/]stream\.js$/,
    from: `if (typeof Response === 'function')`,
    to: 'if (false)',
  },
  {
    // Node warns of url.parse() wherever it is called outside of node_modules.
    file: /[\\/]docker-modem[\\/]lib[\\/]modem\.js$/,
    from: "  url = require('url'),",
    to: `  url = { ...require('url'), resolve: (base, path) => new URL(path, base).href, parse(text) {
        if (!text.includes('://')) return {};
        const { protocol, hostname, port, pathname, search } = new URL(text);
        return { protocol, hostname: hostname.replace(/^\\[|\\]$/g, ''), port, pathname, path: pathname + search };
      } },`,
  },
  {
    // Only commands that are programs of their own are started with it.
    file: /[\\/]commander[\\/]lib[\\/]command\.js$/,
    from: `const childProcess = require('node:child_process');`,
    to: `const childProcess = undefined;`,
  },
];

/** A plugin for rollup. */
export function lighter() {
  const left = new Set(LIGHTER);
  return {
    name: 'lighter',
    enforce: 'pre',
    transform(code, id) {
      // Older versions of a package, which another one brings, need not have it.
      const changes = LIGHTER.filter(({ file, from }) => file.test(id) && code.includes(from));
      for (const change of changes) left.delete(change);
      return changes.reduce((text, { from, to }) => text.replace(from, () => to), code);
    },
    buildEnd(error) {
      if (!error && left.size > 0)
        throw new Error(`the bundle has no ${[...left].map(({ file }) => file.source).join(', ')}`);
    },
  };
}
