import { escaped } from '../html/text.js';
import type { Fate, SchemaPicture } from './picture.js';
import { layoutOf, size, type Box, type Layout, type Route } from './layout.js';

/** Which of the two moments is drawn. */
export type Moment = 'now' | 'after';

/** How a table or a link is drawn: by what becomes of it, or because it is broken now. */
export type Look = Fate | 'broken';

/** A word for each look, so that colour and strokes say nothing that the words do not. */
export const lookWords: Readonly<Record<Look, string>> = {
  kept: '',
  new: 'new',
  changed: 'changed',
  mended: 'fixed',
  broken: '✘ broken',
  missing: '✘ missing',
  other: 'other',
};

/** How many characters of a table's name fit into its box. */
const NAME_LENGTH = 28;

/**
 * The picture of a schema: YokeFlow's tables, and the user's that are linked to them, with their foreign keys. Its
 * classes are those of the page's style sheet. Pure.
 * @param id for the elements that name and describe it
 */
export function schemaSvg(picture: SchemaPicture, moment: Moment, id: string): string {
  const layout = layoutOf(picture);
  const routes = layout.routes.filter(({ link }) => isDrawn(link.fate, moment));
  const { title, description } = words(picture, layout, moment);
  return [
    `<svg class="schema" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" viewBox="0 0 ${layout.width} ${layout.height}" ` +
      `style="--natural: ${layout.width}px" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(description)}</desc>`,
    ...lanes(routes, moment),
    ...routes.map((route) => lineOf(route, layout, moment)),
    ...arrows(routes, layout, moment),
    ...layout.boxes.map((box) => boxOf(box, layout, moment)),
    '</svg>',
  ].join('\n');
}

/** What the upgrade brings is not there now, and what is missing is nowhere. */
function isDrawn(fate: Fate, moment: Moment): boolean {
  return moment === 'after' || fate !== 'new';
}

/** Now, what will be changed is as it is; afterwards, it is marked. */
function lookOf(fate: Fate, moment: Moment): Look {
  if (moment === 'now' && fate === 'mended') return 'broken';
  return moment === 'now' && (fate === 'changed' || fate === 'new') ? 'kept' : fate;
}

/** The upright part of the lines: solid as far as a line that is there already goes. */
function lanes(routes: readonly Route[], moment: Moment): string[] {
  return [...new Set(routes.map(({ lane }) => lane))].flatMap((lane) => {
    const own = routes.filter((route) => route.lane === lane);
    const ys = (some: readonly Route[]) => some.flatMap(({ fromY, toY }) => [fromY, toY]);
    const old = own.filter(({ link }) => lookOf(link.fate, moment) !== 'new');
    const [all, kept] = [ys(own), ys(old)];
    const upright = (from: number, to: number, look: Look) =>
      from < to ? [`<path class="link ${look}" d="M${lane} ${round(from)}V${round(to)}"/>`] : [];
    if (kept.length === 0) return upright(Math.min(...all), Math.max(...all), 'new');
    const fate = old.every(({ link }) => link.fate === 'missing') ? 'missing' : 'kept';
    return [
      ...upright(Math.min(...all), Math.min(...kept), 'new'),
      ...upright(Math.min(...kept), Math.max(...kept), fate),
      ...upright(Math.max(...kept), Math.max(...all), 'new'),
    ];
  });
}

function lineOf({ link, lane, fromY }: Route, { boxX }: Layout, moment: Moment): string {
  const look = lookOf(link.fate, moment);
  return (
    `<g class="link ${look}"><title>${escaped(`${link.from} (${link.columns}) points to ${link.to}${lookWords[look] && `, ${lookWords[look]}`}`)}</title>` +
    `<path d="M${boxX} ${round(fromY)}H${lane}"/><circle cx="${lane}" cy="${round(fromY)}" r="2.4"/></g>`
  );
}

/** One into each table that is pointed to; it is new where all the lines are that lead to it. */
function arrows(routes: readonly Route[], { boxX }: Layout, moment: Moment): string[] {
  return [...new Set(routes.map(({ lane }) => lane))].map((lane) => {
    const own = routes.filter((route) => route.lane === lane);
    const fate = own.every(({ link }) => lookOf(link.fate, moment) === 'new') ? 'new' : 'kept';
    const y = round(own[0]?.toY ?? 0);
    return `<path class="link ${fate}" d="M${lane} ${y}H${boxX - 5}"/><path class="head ${fate}" d="M${boxX - 1} ${y}l-6 -3.5v7z"/>`;
  });
}

function boxOf({ table, y }: Box, { boxX }: Layout, moment: Moment): string {
  const { name, fate: tableFate, columnsNow, columnsAfter } = table;
  const place = `x="${boxX}" y="${y}" width="${size.boxWidth}" height="${size.box}" rx="5"`;
  if (!isDrawn(tableFate, moment)) return `<g class="table absent" aria-hidden="true"><rect ${place}/></g>`;
  const look = lookOf(tableFate, moment);
  const columns = moment === 'now' ? columnsNow : columnsAfter;
  const count =
    look === 'missing'
      ? 'is not there'
      : `${columns} columns${moment === 'after' && columnsNow > 0 && columnsNow !== columnsAfter ? `, now ${columnsNow}` : ''}`;
  const shown = name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}…`;
  return (
    `<g class="table ${look}"><title>${escaped(`${name}: ${count}${lookWords[look] && `, ${lookWords[look]}`}`)}</title><rect ${place}/>` +
    `<text class="name" x="${boxX + 9}" y="${y + 16}">${escaped(shown)}</text><text class="count" x="${boxX + 9}" y="${y + 30}">${escaped(count)}</text>` +
    (lookWords[look]
      ? `<text class="fate" x="${boxX + size.boxWidth - 9}" y="${y + 30}" text-anchor="end">${lookWords[look]}</text>`
      : '') +
    '</g>'
  );
}

/** What stands above the picture of a moment. */
export function momentTitle({ now, after }: Pick<SchemaPicture, 'now' | 'after'>, moment: Moment): string {
  if (moment === 'now') return after === null ? `YokeFlow ${now}` : `Now: YokeFlow ${now}`;
  return after === now ? 'After the repair' : `After the upgrade to ${after}`;
}

/** What the picture shows, for whoever does not see it. */
function words(
  { now, after, tables, links }: SchemaPicture,
  { leftOut }: Layout,
  moment: Moment,
): { title: string; description: string } {
  const there = tables.filter(({ fate }) => isDrawn(fate, moment) && fate !== 'missing');
  const linked = links.filter(({ fate }) => isDrawn(fate, moment) && fate !== 'missing');
  const named = (fate: Fate, as: string) => {
    const names = tables.filter((table) => table.fate === fate).map(({ name }) => name);
    return names.length === 0 ? '' : ` ${as}: ${names.join(', ')}.`;
  };
  const changes =
    moment === 'after'
      ? named('new', 'New') + named('changed', 'Changed') + named('mended', 'Fixed')
      : named('mended', 'Broken');
  const out = leftOut > 0 ? ` ${leftOut} tables that are not YokeFlow's and have no link to it are left out.` : '';
  return {
    title: momentTitle({ now, after }, moment),
    description: `${there.length} tables and ${linked.length} foreign keys between them.${changes}${named('missing', 'Missing')}${named('other', 'Other')}${out} The same as a list stands below.`,
  };
}

const round = (length: number) => Math.round(length * 10) / 10;
