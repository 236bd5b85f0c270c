// For `node --import`: writes the name of each module that the program loads, Node's own aside, to the file that IMPORT_LOG names, and
// `characters` where Node has to read rules of Unicode that take as long as all else.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

const whenMade = (constructor, isSlow) =>
  new Proxy(constructor, {
    construct(target, args) {
      if (isSlow(args)) appendFileSync(process.env.IMPORT_LOG, 'characters\n');
      return Reflect.construct(target, args);
    },
  });
Intl.Segmenter = whenMade(Intl.Segmenter, () => true);
globalThis.RegExp = whenMade(RegExp, ([source]) => String(source).includes('RGI_Emoji'));

const hooks = `
  import { appendFileSync } from 'node:fs';
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    if (resolved.url.startsWith('file:')) appendFileSync(process.env.IMPORT_LOG, resolved.url + '\\n');
    return resolved;
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
