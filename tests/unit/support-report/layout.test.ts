import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Redacted } from '../../../src/support-report/redaction/redacted.js';
import { layoutOf, size } from '../../../src/support-report/schema-picture/layout.js';
import type {
  Fate,
  PictureLink,
  PictureTable,
  SchemaPicture,
} from '../../../src/support-report/schema-picture/picture.js';
import { schemaSvg } from '../../../src/support-report/schema-picture/svg.js';

const text = (value: string) => value as Redacted;
const table = (name: string, fate: Fate = 'kept', columnsNow = 3): PictureTable => ({
  name: text(name),
  fate,
  columnsNow,
  columnsAfter: columnsNow + 1,
});
const link = (from: string, to: string, fate: Fate = 'kept'): PictureLink => ({
  from: text(from),
  to: text(to),
  columns: text(`${to}_id`),
  onDelete: 'CASCADE',
  fate,
});
const picture = (tables: readonly PictureTable[], links: readonly PictureLink[]): SchemaPicture => ({
  now: text('1.3.0'),
  after: text('1.4.0'),
  tables,
  links,
});

const fates = fc.constantFrom<Fate>('kept', 'new', 'changed', 'mended', 'missing', 'other');
/** Any tables with any links, circles and links to itself included. */
const pictures = fc
  .uniqueArray(fc.string({ unit: fc.constantFrom(...'abc_'), minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 20,
  })
  .chain((names) =>
    fc.tuple(
      fc.tuple(...names.map((name) => fates.map((fate) => table(name, fate)))),
      fc.array(
        fc
          .tuple(fc.constantFrom(...names), fc.constantFrom(...names), fates)
          .map(([from, to, fate]) => link(from, to, fate)),
        { maxLength: 40 },
      ),
    ),
  )
  .map(([tables, links]) => picture(tables, links));

describe('the layout of a schema', () => {
  it('stands what is pointed to above what points to it', () => {
    const { boxes } = layoutOf(
      picture(
        [table('tests'), table('tasks'), table('epics'), table('alone'), table('projects')],
        [link('tests', 'tasks'), link('tasks', 'epics'), link('epics', 'projects')],
      ),
    );
    expect(boxes.map((box) => String(box.table.name))).toEqual(['projects', 'epics', 'tasks', 'tests', 'alone']);
  });

  it('keeps boxes apart, and every line on its way, for any schema', () => {
    fc.assert(
      fc.property(pictures, (any) => {
        const { boxes, routes, width, height, boxX, leftOut } = layoutOf(any);
        boxes.forEach(({ y }, index) =>
          expect(y).toBeGreaterThanOrEqual(index === 0 ? 0 : (boxes[index - 1]?.y ?? 0) + size.box),
        );
        for (const { y } of boxes.slice(-1)) expect(y + size.box).toBeLessThanOrEqual(height);
        expect(boxX + size.boxWidth).toBeLessThanOrEqual(width);
        expect(boxes.length + leftOut).toBe(any.tables.length);
        expect(leftOut === 0 || any.tables.some(({ fate }) => fate === 'other')).toBe(true);

        const drawn = new Set(boxes.map((box) => String(box.table.name)));
        expect(routes.length).toBe(any.links.filter(({ from, to }) => drawn.has(from) && drawn.has(to)).length);
        const ofBox = (name: string) => boxes.find((box) => box.table.name === name)?.y ?? -1;
        for (const {
          link: { from, to },
          lane,
          fromY,
          toY,
        } of routes) {
          expect(lane).toBeLessThan(boxX);
          for (const [y, name] of [
            [fromY, from],
            [toY, to],
          ] as const) {
            expect(y).toBeGreaterThan(ofBox(name));
            expect(y).toBeLessThan(ofBox(name) + size.box);
          }
        }
        // No two lines of one box lie on each other, and each table that is pointed to has a lane of its own.
        const starts = routes.map(({ link: { from }, fromY }) => `${from} ${fromY}`);
        expect(new Set(starts).size).toBe(starts.length);
        const lanes = new Map(routes.map(({ link: { to }, lane }) => [to, lane]));
        expect(new Set(lanes.values()).size).toBe(lanes.size);
      }),
      { numRuns: 200 },
    );
  });

  it("is as narrow as a phone for a schema as large as YokeFlow's", () => {
    const names = Array.from({ length: 15 }, (_, index) => `table_${index}`);
    const { width } = layoutOf(
      picture(
        names.map((name) => table(name)),
        names.slice(1).flatMap((name, index) => [link(name, names[index % 7] ?? ''), link(name, 'table_0')]),
      ),
    );
    expect(width).toBeLessThanOrEqual(318);
  });
});

describe('the picture of a schema', () => {
  const any = picture([table('projects'), table('a<b&"c', 'new', 0)], [link('a<b&"c', 'projects', 'new')]);

  it('has the new table after the upgrade and not before, and says so in words', () => {
    const [now, after] = [schemaSvg(any, 'now', 'x'), schemaSvg(any, 'after', 'y')];
    expect(now).toContain('<title id="x-title">Now: YokeFlow 1.3.0</title>');
    expect(now).toMatch(/1 tables and 0 foreign keys/);
    expect(now).not.toContain('a&lt;b');
    expect(after).toContain('New: a&lt;b&amp;&quot;c.');
    expect(after).toMatch(/class="fate"[^>]*>new</);
  });

  it('is well-formed, whatever tables are called', () => {
    const after = schemaSvg(any, 'after', 'y');
    const tags = [...after.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)].filter(([, , , empty]) => !empty);
    const open: string[] = [];
    for (const [, closing, name = ''] of tags) {
      if (closing) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
    expect(after.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
  });
});
