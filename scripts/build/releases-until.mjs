/** A plugin for rollup that lets the list of releases end with one of them. */
export function releasesUntil(version) {
  return {
    name: 'releases-until',
    enforce: 'pre',
    transform(code, id) {
      if (!/[\\/]releases[\\/]list\.ts$/.test(id)) return undefined;
      const last = `all.findIndex((release) => release.version === ${JSON.stringify(version)})`;
      return `${code.replace('export const releases', 'const all')}\nexport const releases = all.slice(0, ${last} + 1);\n`;
    },
  };
}
