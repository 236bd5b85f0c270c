import { columnsOf } from '../document/words.js';
import type { Fate, SchemaPicture } from '../schema-picture/picture.js';
import { lookWords, momentTitle, schemaSvg, type Look } from '../schema-picture/svg.js';
import { tableHtml } from './table.js';
import { escaped } from './text.js';

/** The schema now and, where an upgrade is due, after it: side by side, on a phone one above the other; and as a list. */
export function pictureBlock(picture: SchemaPicture): string {
  const figure = (moment: 'now' | 'after') =>
    `<figure><figcaption>${escaped(momentTitle(picture, moment))}</figcaption><div class="scroll">${schemaSvg(picture, moment, `schema-${moment}`)}</div></figure>`;
  const figures = picture.after === null ? [figure('now')] : [figure('now'), figure('after')];
  return `<div class="pictures">${figures.join('\n')}</div>${legend(picture)}<details><summary>The same as a list</summary>${lists(picture)}</details>`;
}

const meanings: Readonly<Record<Fate, string>> = {
  kept: 'there, and stays as it is',
  new: 'new with the upgrade',
  changed: 'there, and changed by the upgrade',
  mended: 'broken now, and fixed by the upgrade',
  missing: 'missing, and no upgrade can make it',
  other: "not among YokeFlow's tables of today, and stays as it is",
};

function legend({ tables, links }: SchemaPicture): string {
  const fates = new Set([...tables, ...links].map(({ fate }) => fate));
  const looks: [Look, string][] = (Object.keys(meanings) as Fate[])
    .filter((fate) => fates.has(fate))
    .flatMap((fate): [Look, string][] =>
      fate === 'mended'
        ? [
            ['broken', 'does not work as it is'],
            ['mended', 'works after the upgrade'],
          ]
        : [[fate, meanings[fate]]],
    );
  const items = looks.map(
    ([look, meaning]) =>
      `<li><svg viewBox="0 0 36 14" aria-hidden="true"><g class="table ${look}"><rect x="1.5" y="1.5" width="33" height="11" rx="3"/></g></svg>${lookWords[look] ? `<b>${lookWords[look]}</b>: ` : ''}${escaped(meaning)}</li>`,
  );
  return `<ul class="legend">${items.join('')}<li>A line with a dot is a foreign key; the arrow ends at the table that it points to.</li></ul>`;
}

function lists({ tables, links }: SchemaPicture): string {
  return (
    tableHtml(
      'Tables',
      columnsOf('Table', 'Columns now:', 'Columns after:', 'What becomes of it'),
      tables.map((table) => [table.name, `${table.columnsNow}`, `${table.columnsAfter}`, meanings[table.fate]]),
    ) +
    tableHtml(
      'Foreign keys',
      columnsOf('From', 'Columns', 'To', 'On delete', 'What becomes of it'),
      links.map(({ from, columns, to, onDelete, fate }) => [from, columns, to, onDelete, meanings[fate]]),
    )
  );
}
