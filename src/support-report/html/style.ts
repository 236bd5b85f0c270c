/**
 * The page's style sheet: from a phone of 320 px to a wide screen, in light and in dark, and on paper. Every pair of
 * text and background has a contrast of at least 4.5 (WCAG 2.2, 1.4.3); a test computes them.
 */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f3f5f7; --card: #ffffff; --text: #1b2129; --muted: #525d69; --line: #d3dae1; --shade: #f0f3f6;
  --good: #10602c; --good-back: #e4f4e9; --due: #714600; --due-back: #fdf1d6; --bad: #a1122b; --bad-back: #fdeaec;
  --new: #0a569f; --new-back: #e5f0fb; --changed: #6a3aa8; --changed-back: #f1eafb; --mask: #35424f; --mask-back: #e3e8ed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1218; --card: #151c24; --text: #e4ebf2; --muted: #a3b0bd; --line: #2c3743; --shade: #1c252f;
    --good: #85e0a3; --good-back: #11281a; --due: #f3c876; --due-back: #2e240e; --bad: #ffabb1; --bad-back: #37161b;
    --new: #93c8ff; --new-back: #10263d; --changed: #cdb2ff; --changed-back: #261c3b; --mask: #cbd6e0; --mask-back: #2b3642;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
.sheet { max-width: 62rem; margin: 0 auto; padding: 1.25rem .5rem 3rem; }
header p, footer p { margin: .35rem 0; }
h1 { font-size: 1rem; font-weight: 600; margin: 0 0 .6rem; color: var(--muted); }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0; }
h3 { font-size: 1rem; margin: 1.1rem 0 .4rem; }
a { color: var(--new); }
code, pre, .mono { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: .9em; background: var(--shade); padding: .1em .35em; border-radius: .3em; } code.short { white-space: nowrap; }
.verdict { border: 1px solid; border-left-width: .45rem; border-radius: .6rem; padding: .9rem 1rem; }
.verdict .line { font-size: 1.25rem; line-height: 1.35; font-weight: 650; margin: 0; }
.verdict .next { margin: .5rem 0 0; color: var(--text); }
.verdict.good { color: var(--good); background: var(--good-back); } .verdict.due { color: var(--due); background: var(--due-back); } .verdict.bad { color: var(--bad); background: var(--bad-back); }
.made { color: var(--muted); font-size: .9rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem .9rem; padding: 0; margin: .9rem 0; font-size: .9rem; }
nav a { display: inline-block; padding: .15rem 0; }
main > section, main > details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; margin: .8rem 0; }
main > section > h2 { margin-bottom: .7rem; }
summary { cursor: pointer; }
summary h2 { display: inline; }
details[open] > summary { margin-bottom: .7rem; }
details details { margin: .5rem 0; }
p { margin: .5rem 0; } p:first-child { margin-top: 0; } p:last-child { margin-bottom: 0; }
.mask { background: var(--mask-back); color: var(--mask); border-radius: .3em; padding: 0 .25em; white-space: nowrap; }
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.1rem; margin: 0; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .93rem; overflow-wrap: break-word; }
* + table { margin-top: .8rem; } table.figures { max-width: 38rem; }
caption { text-align: left; color: var(--muted); font-size: .9rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-top: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; border-top: 0; white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul.marks { list-style: none; margin: 0; padding: 0; }
ul.marks > li { position: relative; padding: .12rem 0 .12rem 1.6rem; }
ul.marks .sign { position: absolute; left: .1rem; font-weight: 700; }
.tick .sign { color: var(--good); } .cross .sign { color: var(--bad); } .dash .sign, .later .sign { color: var(--muted); }
.cross > .what { font-weight: 600; }
.notes { margin: .1rem 0 .5rem; color: var(--text); font-size: .93rem; } .notes p { margin: .1rem 0; } .notes b { color: var(--muted); font-weight: 600; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; margin: .6rem 0 0; font-size: .9rem; color: var(--muted); }
.legend svg { width: 2.2rem; height: .9rem; vertical-align: -.1rem; margin-right: .35rem; }
pre.log { margin: 0; font-size: .8rem; line-height: 1.45; white-space: pre-wrap; background: var(--shade); border-radius: .4rem; padding: .7rem; max-height: 40rem; overflow-y: auto; }
pre.log span.line { display: block; padding-left: 2ch; text-indent: -2ch; } pre.log .trouble { color: var(--bad); font-weight: 600; }
.pictures { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; margin-bottom: .5rem; }
.scroll { overflow-x: auto; }
svg.schema { display: block; width: max(var(--natural), min(100%, var(--natural) * 1.25)); height: auto; }
svg .link { fill: none; stroke: var(--muted); stroke-width: 1.3; } svg .link circle { fill: var(--muted); stroke: none; } svg .head { fill: var(--muted); }
svg .link.new { stroke: var(--new); stroke-width: 1.7; stroke-dasharray: 4 3; } svg .link.new circle, svg .head.new { fill: var(--new); }
svg .link.changed, svg .link.mended { stroke: var(--changed); stroke-width: 2.2; } svg .link.changed circle, svg .link.mended circle { fill: var(--changed); }
svg .link.broken { stroke: var(--bad); stroke-width: 2.2; stroke-dasharray: 7 2.5 2 2.5; } svg .link.broken circle { fill: var(--bad); }
svg .link.missing { stroke: var(--bad); stroke-width: 1.7; stroke-dasharray: 1.5 3; } svg .link.missing circle { fill: var(--bad); }
svg .table rect { fill: var(--card); stroke: var(--muted); stroke-width: 1.2; }
svg .table.new rect { fill: var(--new-back); stroke: var(--new); stroke-width: 1.8; stroke-dasharray: 5 3; }
svg .table.changed rect, svg .table.mended rect { fill: var(--changed-back); stroke: var(--changed); stroke-width: 2.4; }
svg .table.broken rect { fill: var(--bad-back); stroke: var(--bad); stroke-width: 2.4; stroke-dasharray: 9 2.5 2 2.5; }
svg .table.missing rect { fill: var(--bad-back); stroke: var(--bad); stroke-width: 1.8; stroke-dasharray: 1.5 3; }
svg .table.other rect { stroke-width: .8; } svg .table.absent rect { fill: none; stroke: var(--line); stroke-dasharray: 2 4; }
svg text { fill: var(--text); font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 11px; }
svg .count { fill: var(--muted); font-size: 10px; } svg .fate { font-size: 11px; font-weight: 700; }
svg .new .fate { fill: var(--new); } svg .changed .fate, svg .mended .fate { fill: var(--changed); } svg .missing .fate, svg .broken .fate { fill: var(--bad); } svg .other .fate { fill: var(--muted); }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { color: var(--muted); font-size: .9rem; margin-top: 1.5rem; }
:focus-visible { outline: 2px solid var(--new); outline-offset: 2px; }
@media (min-width: 48rem) { ul.marks.short { columns: 2; column-gap: 2rem; } ul.marks.short > li { break-inside: avoid; } .sheet { padding-inline: 1.25rem; } }
@media (max-width: 40rem) {
  main > section, main > details { padding: .8rem .75rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dt { font-size: .9rem; } dl.facts dd { margin-bottom: .55rem; }
  table.cards, .cards caption, .cards tbody, .cards th, .cards td { display: block; } .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: flex; flex-wrap: wrap; column-gap: .9rem; border-top: 1px solid var(--line); padding: .45rem 0; } .cards th, .cards td { border: 0; padding: .05rem 0; } .cards td:empty { display: none; }
  .cards td::before { content: attr(data-label) ": "; color: var(--muted); }
}
@media print {
  :root { --page: #fff; --shade: #fff; } body { font-size: 10pt; } nav { display: none; } pre.log { max-height: none; }
  details::details-content { content-visibility: visible; block-size: auto; } main > section, main > details { break-inside: auto; border: 0; padding: .3rem 0; }
  tr, li, figure { break-inside: avoid; }
}
`.trim();
