import wrapAnsi from 'wrap-ansi';

/**
 * Text in the macros of man(7), as both groff and mandoc read them.
 * https://mandoc.bsd.lv/man/man.7.html
 */

/** What mandoc likes lines of the source not to exceed, in bytes. */
const LINE = 74;

/**
 * Running text, each sentence on lines of its own, as usual in roff. A hyphen stays one; options are typed with minus
 * signs, so that they can be copied.
 */
export function text(words: string): string {
  const typed = words.replace(/(?<![\w-])--?(?=[a-z])[a-z-]+/gi, (option) => option.replaceAll('-', '\u0000'));
  return safe(wrapAnsi(typed.replace(/(?<=[.!?]) (?=[A-Z])/g, '\n'), LINE)).replaceAll('\u0000', '\\-');
}

/** What is typed as it stands. */
export function literal(words: string): string {
  return safe(words.replaceAll('-', '\u0000'))
    .replaceAll('\u0000', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
}

/** Neither a backslash nor a line that begins with a dot or an apostrophe may be taken for a request. */
function safe(words: string): string {
  return words.replaceAll('\\', '\\e').replace(/^(?=[.'])/gm, '\\&');
}

export function section(heading: string, ...lines: readonly string[]): string[] {
  return [`.SH ${heading}`, ...lines];
}

export function subsection(heading: string, ...lines: readonly string[]): string[] {
  return [`.SS ${heading}`, ...lines];
}

/** A term in bold, what it takes in italics, and below it, indented, what it is. */
export function item(term: string, about: string, takes = ''): string[] {
  return ['.TP', `\\fB${literal(term)}\\fR${takes === '' ? '' : ` \\fI${literal(takes)}\\fR`}`, text(about)];
}

export function paragraphs(...each: readonly string[]): string[] {
  return each.flatMap((one, index) => (index === 0 ? [text(one)] : ['.PP', text(one)]));
}
