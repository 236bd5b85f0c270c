import { documentOf, type Document } from '../document/document.js';
import type { Section } from '../document/section.js';
import type { Report } from '../report.js';
import { blockHtml } from './blocks.js';
import { style } from './style.js';
import { escaped, sentence } from './text.js';

/** Nothing may be loaded or sent, whatever the page holds (Content Security Policy Level 3). */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const signs: Readonly<Record<Document['state'], readonly [sign: string, word: string]>> = {
  good: ['✔', 'Good:'],
  due: ['!', 'Due:'],
  bad: ['✘', 'Trouble:'],
};

/** The report as one HTML page that needs nothing else, and has no script. Pure. */
export function toHtml(report: Report): string {
  const { title, state, verdict, next, made, privacy, sections } = documentOf(report);
  const [sign, word] = signs[state];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>
${style}
</style>
</head>
<body>
<div class="sheet">
<header>
<h1>${escaped(title)}</h1>
<div class="verdict ${state}">
<p class="line"><span aria-hidden="true">${sign} </span><span class="hidden">${word} </span>${sentence(verdict)}</p>
<p class="next">${sentence(next)}</p>
</div>
<p class="made">${sentence(made)} ${sentence(privacy)}</p>
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('')}</ul></nav>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
<footer><p>This page has no script, and loads nothing from anywhere.</p></footer>
</div>
</body>
</html>
`;
}

function sectionHtml({ id, title, folded, blocks }: Section): string {
  const body = blocks.map(blockHtml).join('\n');
  const heading = `<h2 id="${id}-title">${escaped(title)}</h2>`;
  return folded
    ? `<details id="${id}"><summary>${heading}</summary>\n${body}\n</details>`
    : `<section id="${id}" aria-labelledby="${id}-title">\n${heading}\n${body}\n</section>`;
}
