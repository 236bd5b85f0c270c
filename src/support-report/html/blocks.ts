import type { Block, Mark } from '../document/section.js';
import { tableHtml } from './table.js';
import { pictureBlock } from './picture.js';
import { escaped, sentence, value } from './text.js';

/** One block of a section. */
export function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${sentence(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${sentence(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return `<dl class="facts">${block.rows.map(([label, text]) => `<dt>${escaped(label)}</dt><dd>${value(text)}</dd>`).join('')}</dl>`;
    case 'table':
      return tableHtml(block.caption, block.columns, block.rows);
    case 'marks':
      return marksHtml(block.title, block.marks);
    case 'log':
      return logHtml(block.lines);
    case 'picture':
      return pictureBlock(block.picture);
  }
}

/** A sign that is seen, and the word that is read out for it. */
const signs: Readonly<Record<Mark['sign'], readonly [sign: string, word: string]>> = {
  tick: ['✔', 'passed:'],
  cross: ['✘', 'failed:'],
  dash: ['–', 'not probed:'],
  later: ['○', 'cannot pass yet:'],
};

function marksHtml(title: string, marks: readonly Mark[]): string {
  const list = (some: readonly Mark[], short: boolean) =>
    some.length === 0 ? '' : `<ul class="marks${short ? ' short' : ''}">${some.map(markHtml).join('\n')}</ul>`;
  const inFull = ({ sign }: Mark) => sign === 'cross' || sign === 'dash';
  return `<h3>${escaped(title)}</h3>${list(marks.filter(inFull), false)}${list(
    marks.filter((mark) => !inFull(mark)),
    true,
  )}`;
}

function markHtml({ sign, title, notes }: Mark): string {
  const [shown, word] = signs[sign];
  const noteTexts = notes
    .map((note) =>
      note.replace(
        /^(\w+: )?([^]*)$/,
        (_, name: string | undefined, rest: string) => `<p>${name ? `<b>${name}</b>` : ''}${value(rest)}</p>`,
      ),
    )
    .join('');
  return (
    `<li class="${sign}"><span class="sign" aria-hidden="true">${shown}</span><span class="hidden">${word} </span><span class="what">${value(title)}</span>` +
    `${noteTexts && `<div class="notes">${noteTexts}</div>`}</li>`
  );
}

function logHtml(lines: readonly string[]): string {
  const isTrouble = (line: string) => /\b(?:ERROR|FATAL|PANIC):/.test(line);
  const shown = lines
    .map((line) => `<span class="line${isTrouble(line) ? ' trouble' : ''}">${value(line) || ' '}</span>`)
    .join('');
  return `<pre class="log" tabindex="0" role="region" aria-label="The container's log">${shown}</pre>`;
}
