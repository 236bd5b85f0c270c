import { plural } from '../../report/words.js';
import type { CheckFacts, Report } from '../report.js';
import type { Block, Section } from './document.js';
import { blocksOf } from './words.js';

export function errorSection({ error }: Report): Section[] {
  if (!error) return [];
  const blocks: Block[] = [{ kind: 'text', text: `${error.code}: ${error.message}` }, { kind: 'list', items: error.found }, { kind: 'text', text: `Next: ${error.remedy}` }];
  return [{ id: 'error', title: 'What went wrong', folded: false, blocks: blocks.filter((block) => block.kind !== 'list' || block.items.length > 0) }];
}

const statusText = { applied: 'applied', pending: 'not applied', partial: 'half applied', defective: 'applied, and broken in use' };

export function steps({ steps: part }: Report): Section {
  return {
    id: 'steps', title: 'Steps', folded: false,
    blocks: blocksOf(part, (list) => list.length === 0 ? [{ kind: 'text', text: 'None: it is not a database of YokeFlow 1.x.' }] : [{
      kind: 'table', caption: 'The steps to the release, in order',
      columns: [{ title: 'Step' }, { title: 'Release' }, { title: 'State' }, { title: 'Why it is due' }],
      rows: list.map(({ id, release, status, due, reason }) => [id, release, statusText[status], reason ?? (due ? 'due' : '')]),
    }]),
  };
}

export function checks({ checks: part }: Report): Section {
  return {
    id: 'checks', title: 'Checks', folded: false,
    blocks: blocksOf(part, ({ list, notProbed }) => {
      const failed = list.filter(({ ok }) => !ok);
      const sum = failed.length === 0 ? `All ${plural(list.length, 'check holds', 'checks hold')}.` : `${plural(failed.length, 'check does not hold', 'checks do not hold')}, ${list.length - failed.length} hold.`;
      const probes = notProbed === null ? '' : ` ${notProbed.charAt(0).toUpperCase()}${notProbed.slice(1)}.`;
      return list.length === 0 ? [{ kind: 'text', text: `None was made.${probes}` }] : [{ kind: 'text', text: sum + probes }, ...marks(list)];
    }),
  };
}

/** By system, the newest first, and in each the crosses first. */
function marks(list: readonly CheckFacts[]): Block[] {
  const systems = [...new Set(list.map(({ system }) => system))].reverse();
  return systems.map((system) => {
    const own = list.filter((check) => check.system === system);
    return {
      kind: 'marks',
      title: system.charAt(0).toUpperCase() + system.slice(1),
      marks: [...own.filter(({ ok }) => !ok), ...own.filter(({ ok }) => ok)].map(({ ok, title, expected, found }) => ({
        ok, title, notes: ok ? [] : [`expected: ${expected}`, `found: ${found}`],
      })),
    };
  });
}

export function findings({ findings: part }: Report): Section {
  return {
    id: 'findings', title: 'Findings', folded: false,
    blocks: blocksOf(part, (list) => list.length === 0 ? [{ kind: 'text', text: 'None.' }] : [{
      kind: 'table', caption: 'What the look at the database found; `yokeflow-upgrade explain CODE` tells more',
      columns: [{ title: 'Code' }, { title: 'What was found' }, { title: 'What to do' }],
      rows: list.map(({ code, stops, title, remedy }) => [stops ? `${code} (in the way)` : code, title, remedy]),
    }]),
  };
}
