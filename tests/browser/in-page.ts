/* Functions that run in the page: each stands for itself, because only its own text is sent there. */

/** What sticks out of the window to the right, although it is in no box that scrolls. */
export function overflowing(): string[] {
  const width = document.documentElement.clientWidth;
  const all = [...document.querySelectorAll('body *')].filter(
    (element) => !element.closest('.hidden') && !element.closest('thead'),
  );
  const out = all.filter(
    (element) =>
      element.getBoundingClientRect().right > width + 0.5 &&
      element.getClientRects().length > 0 &&
      !element.closest('.scroll'),
  );
  return [
    ...(document.documentElement.scrollWidth > width
      ? [`the page is ${document.documentElement.scrollWidth} px wide, the window ${width} px`]
      : []),
    ...out.map(
      (element) =>
        `${element.tagName}.${element.getAttribute('class') ?? ''}: ${(element.textContent ?? '').trim().slice(0, 60)}`,
    ),
  ];
}

/** Texts whose contrast with what is behind them is below 4.5, by WCAG 2.2's formula. */
export function faintTexts(): string[] {
  type Colour = [number, number, number, number];
  const parse = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text === 'none' ? [0, 0, 0, 0] : [r, g, b, a];
  };
  const over = ([r, g, b, a]: Colour, [r2, g2, b2]: Colour): Colour => [
    r * a + r2 * (1 - a),
    g * a + g2 * (1 - a),
    b * a + b2 * (1 - a),
    1,
  ];
  const luminance = (colour: Colour) => {
    const [r, g, b] = colour
      .slice(0, 3)
      .map((channel) =>
        channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
      ) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): Colour => {
    const box = element.closest('g.table')?.querySelector('rect');
    const own = parse(
      box && element.tagName.toLowerCase() === 'text'
        ? getComputedStyle(box).fill
        : getComputedStyle(element).backgroundColor,
    );
    if (own[3] === 1) return own;
    return over(own, element.parentElement ? behind(element.parentElement) : [255, 255, 255, 1]);
  };
  const faint: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      !element ||
      !(node.textContent ?? '').trim() ||
      element.closest('.hidden, title, desc, style') ||
      element.getClientRects().length === 0
    )
      continue;
    const style = getComputedStyle(element);
    const text = parse(element.closest('svg') ? style.fill : style.color);
    const [light, dark] = [luminance(over(text, behind(element))), luminance(behind(element))].sort(
      (a, b) => b - a,
    ) as [number, number];
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)}: ${(node.textContent ?? '').trim().slice(0, 50)}`);
  }
  return faint;
}

/** How many texts {@link faintTexts} looks at, so that it cannot pass by looking at none. */
export function shownTexts(): number {
  return [...document.querySelectorAll('body *')].filter(
    (element) =>
      element.getClientRects().length > 0 && element.children.length === 0 && (element.textContent ?? '').trim(),
  ).length;
}

/** What a screen reader needs and does not find. */
export function inaccessible(): string[] {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const referred = [...document.querySelectorAll('[aria-labelledby], [aria-describedby], a[href^="#"]')].flatMap(
    (element) =>
      [
        element.getAttribute('aria-labelledby'),
        element.getAttribute('aria-describedby'),
        element.getAttribute('href')?.slice(1),
      ]
        .filter(Boolean)
        .flatMap((list) => (list ?? '').split(' ')),
  );
  const levels = [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName.slice(1)));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two elements are called ${id}`),
    ...referred.filter((id) => !ids.includes(id)).map((id) => `there is no ${id}`),
    ...['header', 'nav', 'main', 'footer']
      .filter((name) => document.querySelectorAll(name).length !== 1)
      .map((name) => `not one ${name}`),
    ...(levels.filter((level) => level === 1).length === 1 ? [] : ['not one h1']),
    ...levels
      .filter((level, index) => level > (levels[index - 1] ?? 0) + 1)
      .map((level) => `an h${level} without one above it`),
    ...[...document.querySelectorAll('table')]
      .filter((table) => !table.caption?.textContent || table.querySelectorAll('th[scope="col"]').length === 0)
      .map(() => 'a table without a caption or headings'),
    ...[...document.querySelectorAll('tbody tr')]
      .filter((row) => !row.querySelector('th[scope="row"]'))
      .map(() => 'a row without a heading'),
    ...[...document.querySelectorAll('svg:not([aria-hidden])')]
      .filter(
        (svg) =>
          svg.getAttribute('role') !== 'img' ||
          !svg.querySelector('title')?.textContent ||
          !svg.querySelector('desc')?.textContent,
      )
      .map(() => 'a picture without words'),
    ...[...document.querySelectorAll('script, iframe, img, object, embed, form, link:not([rel="icon"])')].map(
      ({ tagName }) => `a ${tagName}`,
    ),
    ...[...document.querySelectorAll('*')]
      .filter((element) => element.getAttributeNames().some((name) => name.startsWith('on')))
      .map(() => 'a handler'),
  ];
}

/** The tables of a picture as a reader sees them: name, and the word beside it. */
export function drawnTables(id: string): [name: string, word: string][] {
  const groups = [...document.querySelectorAll(`svg[aria-labelledby="${id}-title"] g.table:not(.absent)`)];
  return groups.map((group) => [
    group.querySelector('.name')?.textContent ?? '',
    group.querySelector('.fate')?.textContent ?? '',
  ]);
}

/** How the strokes of a picture's new and old things differ, colour aside. */
export function strokesOf(id: string): { readonly new: string[]; readonly kept: string[] } {
  const dashes = (selector: string) => [
    ...new Set(
      [...document.querySelectorAll(`svg[aria-labelledby="${id}-title"] ${selector}`)].map(
        (shape) => getComputedStyle(shape).strokeDasharray,
      ),
    ),
  ];
  return {
    new: [...dashes('.table.new rect'), ...dashes('.link.new path')],
    kept: [...dashes('.table.kept rect'), ...dashes('.link.kept path')],
  };
}

/** Pairs of boxes or names of a picture that lie on each other, and names that do not fit into their box. */
export function tangled(id: string): string[] {
  const groups = [...document.querySelectorAll(`svg[aria-labelledby="${id}-title"] g.table`)];
  const boxes = groups.map((group) => group.querySelector('rect')?.getBoundingClientRect());
  return groups.flatMap((group, index) => {
    const [box, next, name] = [boxes[index], boxes[index + 1], group.querySelector('.name')];
    const text = name?.getBoundingClientRect();
    return [
      ...(box && next && box.bottom > next.top ? [`${name?.textContent} lies on the next box`] : []),
      ...(box && text && text.right > box.right - 2 ? [`${name?.textContent} does not fit`] : []),
    ];
  });
}
