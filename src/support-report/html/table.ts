import type { Column } from '../document/section.js';
import { escaped, sentence, value } from './text.js';

/** On a phone each row becomes a card; the roles keep it a table for screen readers all the same. */
export function tableHtml(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const numeric = (index: number) => (columns[index]?.numeric ? ' class="number"' : '');
  const head = columns
    .map(({ title }, index) => `<th scope="col" role="columnheader"${numeric(index)}>${escaped(title)}</th>`)
    .join('');
  const cell = (text: string, index: number) =>
    index === 0
      ? `<th scope="row" role="rowheader">${value(text)}</th>`
      : `<td role="cell"${numeric(index)} data-label="${escaped(columns[index]?.title ?? '')}">${sentence(text)}</td>`;
  const body = rows.map((row) => `<tr role="row">${row.map(cell).join('')}</tr>`).join('\n');
  // Numbers are narrow, and want to stand below each other: with few columns they do so on a phone too.
  const kind = columns.length <= 3 && columns.some((column) => column.numeric) ? 'figures' : 'cards';
  return (
    `<table class="${kind}" role="table"><caption>${sentence(caption)}</caption>` +
    `<thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">\n${body}\n</tbody></table>`
  );
}
