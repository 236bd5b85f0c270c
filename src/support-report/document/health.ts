import { plural } from '../../inert/words.js';
import { stepText } from '../../planning/condition.js';
import type { CheckFacts, Report } from '../report.js';
import type { Block, Section } from './section.js';
import { sectionOf, tableOf } from './words.js';

export function errorSection({ error }: Report): Section[] {
  if (!error) return [];
  // What happened and what to do is the verdict already.
  const blocks: Block[] = [
    { kind: 'text', text: `${error.code}. What it means: yokeflow-upgrade explain ${error.code}` },
    { kind: 'list', items: error.found },
  ];
  return [
    {
      id: 'error',
      title: 'What is in the way',
      folded: false,
      blocks: blocks.filter((block) => block.kind !== 'list' || block.items.length > 0),
    },
  ];
}

export function steps({ steps: part }: Report): Section[] {
  return sectionOf(part, { id: 'steps', title: 'Steps', folded: false }, (list) =>
    list.length === 0
      ? [{ kind: 'text', text: 'None: it is not a database of YokeFlow that can be upgraded.' }]
      : tableOf(
          'The steps to the release, in order',
          ['Step', 'Release', 'State', 'Why it is due'],
          list.map((step) => [step.id, step.release, stepText(step), step.reason ?? (step.due ? 'due' : '')]),
        ),
  );
}

const signs = ['cross', 'dash', 'tick', 'later'] as const;
const signOf = ({ ok, pending, skipped }: CheckFacts) => (skipped ? 'dash' : ok ? 'tick' : pending ? 'later' : 'cross');

/** How many checks have a sign, in words, for one and for several. */
const conditions = {
  cross: ['check failed', 'checks failed'],
  tick: ['check passed', 'checks passed'],
  dash: ['check was not probed', 'checks were not probed'],
  later: ['check cannot pass before its step is applied', 'checks cannot pass before their steps are applied'],
} as const;

export function checks({ checks: part }: Report): Section[] {
  return sectionOf(part, { id: 'checks', title: 'Checks', folded: false }, ({ list, notProbed }) => {
    const counts: Record<(typeof signs)[number], number> = { cross: 0, tick: 0, dash: 0, later: 0 };
    for (const check of list) counts[signOf(check)]++;
    const words = (Object.keys(counts) as (typeof signs)[number][])
      .filter((sign) => counts[sign] > 0)
      .map((sign) => plural(counts[sign], conditions[sign][0], conditions[sign][1]));
    const sum = `${words.join(', ').replace(/^./, (letter) => letter.toUpperCase())}.`;
    const probes = notProbed === null ? '' : ` ${notProbed.charAt(0).toUpperCase()}${notProbed.slice(1)}.`;
    return list.length === 0
      ? [{ kind: 'text', text: `None was made.${probes}` }]
      : [{ kind: 'text', text: sum + probes }, ...marks(list)];
  });
}

/** By system, the newest first, and in each the crosses first. */
function marks(list: readonly CheckFacts[]): Block[] {
  const systems = [...new Set(list.map(({ system }) => system))].reverse();
  return systems.map((system) => {
    const own = list.filter((check) => check.system === system);
    return {
      kind: 'marks',
      title: system.charAt(0).toUpperCase() + system.slice(1),
      marks: signs.flatMap((sign) =>
        own
          .filter((check) => signOf(check) === sign)
          .map(({ title, expected, found }) => ({
            sign,
            title,
            notes: sign === 'cross' ? [`expected: ${expected}`, `found: ${found}`] : sign === 'dash' ? [found] : [],
          })),
      ),
    };
  });
}

export function findings({ findings: part }: Report): Section[] {
  return sectionOf(part, { id: 'findings', title: 'Findings', folded: false }, (list) =>
    list.length === 0
      ? [{ kind: 'text', text: 'None.' }]
      : tableOf(
          'What the look at the database found; `yokeflow-upgrade explain CODE` tells more',
          ['Code', 'What was found', 'What to do'],
          list.map(({ code, stops, title, remedy }) => [stops ? `${code} (in the way)` : code, title, remedy]),
        ),
  );
}
