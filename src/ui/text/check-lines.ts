import { plural } from '../../inert/words.js';
import type { Check } from '../../inspection/check.js';
import { systems } from '../../releases/registry.js';
import type { Style } from './style.js';

/** The checks with ticks and crosses, grouped by what they belong to. */
export function checkLines(checks: readonly Check[], style: Style): string[] {
  return ['rows', ...systems].flatMap((system) => {
    const own = checks.filter((check) => check.system === system);
    if (own.length === 0) return [];
    const skipped = own.filter(({ probed }) => probed === false).length;
    const good = own.filter(({ ok, probed }) => ok && probed !== false).length;
    const title = `${style.bold(system.charAt(0).toUpperCase() + system.slice(1))}  ${style.dim(`${good} of ${own.length} passed${skipped > 0 ? `, ${plural(skipped, 'was not probed', 'were not probed')}` : ''}`)}`;
    const lines = own.flatMap(({ ok, title, found, probed, allMissing, tellsMore }) =>
      probed === false
        ? [`  ${style.dash} ${title}`, `      ${found}`]
        : ok
          ? [`  ${style.tick} ${title}`, ...(tellsMore ? [`      ${found}`] : [])]
          : allMissing
            ? [`  ${style.cross} ${title}: ${found}`]
            : [`  ${style.cross} ${title}`, `      found: ${found}`],
    );
    return ['', title, ...lines];
  });
}
