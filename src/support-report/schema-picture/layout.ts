import type { Fate, PictureLink, PictureTable, SchemaPicture } from './picture.js';

/** Lengths in px of the picture's own coordinates. */
export const size = { row: 46, box: 38, boxWidth: 206, lane: 10, edge: 5, gap: 9 } as const;

/** A table as a box. In the picture of now, a new one has a place and is not there. */
export interface Box {
  readonly table: PictureTable;
  readonly y: number;
}

/**
 * A foreign key: from its table's box straight to the lane of the table that it points to, along the lane, and with an
 * arrow into that table's box.
 */
export interface Route {
  readonly link: PictureLink;
  readonly lane: number;
  readonly fromY: number;
  readonly toY: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Left edge of the boxes. */
  readonly boxX: number;
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
  /** Tables of the user's that are left out: they have no link to YokeFlow's, or are too many. */
  readonly leftOut: number;
}

/** How many tables of the user's own are drawn. */
const MOST_OWN = 12;

/**
 * Arranges a schema as one column of tables, those that others point to first, and a lane beside it for each of these:
 * narrow enough for a phone, whatever points where. Pure.
 */
export function layoutOf({ tables, links }: SchemaPicture): Layout {
  const shown = shownTables(tables, links);
  const ordered = inOrder(shown, links);
  const row = new Map(ordered.map(({ name }, index) => [String(name), index]));
  const drawn = links.filter(({ from, to }) => row.has(from) && row.has(to));
  // The first table's lane is the outermost, so that no arrow crosses the lane of another.
  const lanes = [...new Set(drawn.map(({ to }) => String(to)))].sort((a, b) => (row.get(a) ?? 0) - (row.get(b) ?? 0));
  const laneX = (to: string) => size.edge + lanes.indexOf(to) * size.lane;
  const boxX = size.edge + lanes.length * size.lane + size.gap;
  const top = (name: string) => size.edge + (row.get(name) ?? 0) * size.row;
  return {
    width: boxX + size.boxWidth + size.edge,
    height: size.edge * 2 + Math.max(0, ordered.length * size.row - (size.row - size.box)),
    boxX,
    boxes: ordered.map((table) => ({ table, y: top(table.name) })),
    routes: ordered.flatMap(({ name }) => routesFrom(name, drawn, lanes, laneX, top)),
    leftOut: tables.length - shown.length,
  };
}

/** All of YokeFlow's, and of the user's those that are linked to it. */
function shownTables(tables: readonly PictureTable[], links: readonly PictureLink[]): PictureTable[] {
  const yokeflows = new Set(tables.filter(({ fate }) => fate !== 'other').map(({ name }) => name));
  const linked = new Set(links.flatMap(({ from, to }) => (yokeflows.has(from) || yokeflows.has(to) ? [from, to] : [])));
  const own = tables.filter(({ name, fate }) => fate === 'other' && linked.has(name)).slice(0, MOST_OWN);
  return [...tables.filter(({ fate }) => fate !== 'other'), ...own];
}

/** What is pointed to stands above what points to it; the user's own tables come last. */
function inOrder(tables: readonly PictureTable[], links: readonly PictureLink[]): PictureTable[] {
  const names = new Set(tables.map(({ name }) => name));
  const depths = new Map<string, number>();
  const depth = (name: string, path: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined || path.includes(name)) return known ?? 0;
    const above = links
      .filter(({ from, to }) => from === name && to !== name && names.has(to))
      .map(({ to }) => depth(to, [...path, name]) + 1);
    const found = Math.max(0, ...above);
    depths.set(name, found);
    return found;
  };
  const lone = (name: string) => (links.some(({ from, to }) => from === name || to === name) ? 0 : 1);
  const own = (fate: Fate) => (fate === 'other' ? 1 : 0);
  return [...tables].sort(
    (a, b) =>
      own(a.fate) - own(b.fate) ||
      lone(a.name) - lone(b.name) ||
      depth(a.name, []) - depth(b.name, []) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** Each line has a height of its own in the box, and the arrow into it the uppermost. */
function routesFrom(
  name: string,
  links: readonly PictureLink[],
  lanes: readonly string[],
  laneX: (to: string) => number,
  top: (name: string) => number,
): Route[] {
  const own = links.filter(({ from }) => from === name).sort((a, b) => lanes.indexOf(b.to) - lanes.indexOf(a.to));
  const y = (index: number) => top(name) + ((index + 1) * size.box) / (own.length + (lanes.includes(name) ? 2 : 1));
  return own.map((link, index) => ({
    link,
    lane: laneX(link.to),
    fromY: y(index + (lanes.includes(name) ? 1 : 0)),
    toY: arrowY(link.to, links, top),
  }));
}

function arrowY(name: string, links: readonly PictureLink[], top: (name: string) => number): number {
  return top(name) + size.box / (links.filter(({ from }) => from === name).length + 2);
}
