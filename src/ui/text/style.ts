import { coloured } from '../../inert/colours.js';

/** Colours are let through to a terminal by `inertLines` alone, which knows them for this program's own. */
export interface Style {
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly tick: string;
  readonly cross: string;
  readonly bullet: string;
  readonly note: string;
  /** Neither a tick nor a cross. */
  readonly dash: string;
}

interface Surface {
  readonly isTTY: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** `--no-color`. */
  readonly noColour: boolean;
  /** For a screen reader, which reads symbols out by their names. */
  readonly words?: boolean;
}

/** How to write to one output. Colour and symbols never carry meaning alone. */
export function styleFor(surface: Surface): Style {
  const colour = wantsColour(surface);
  const unicode = showsUnicode(surface);
  const { words = false } = surface;
  const paint = (look: Parameters<typeof coloured>[0]) => (text: string) => (colour ? coloured(look, text) : text);
  const [good, bad, warn] = [paint('green'), paint('red'), paint('yellow')];
  return {
    colour,
    unicode,
    bold: paint('bold'),
    dim: paint('dim'),
    good,
    bad,
    warn,
    tick: good(words ? 'ok:' : unicode ? '✔' : '[ok]'),
    cross: bad(words ? 'failed:' : unicode ? '✘' : '[x]'),
    bullet: unicode && !words ? '•' : '-',
    dash: warn(words ? 'skipped:' : unicode ? '–' : '-'),
    note: warn(words ? 'note:' : unicode ? '!' : '[!]'),
  };
}

const same = (text: string) => text;

/** Without colours and marks: for programs, which have fields for what these say. */
export const bareStyle: Style = {
  ...{ colour: false, unicode: false },
  ...{ bold: same, dim: same, good: same, bad: same, warn: same },
  ...{ tick: '', cross: '', bullet: '', note: '', dash: '' },
};

/** no-color.org and force-color.org, then the usual terminals and CI services. */
function wantsColour({ isTTY, env, noColour }: Surface): boolean {
  if (noColour || env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['TERM'] === 'dumb') return false;
  return isTTY && !env['CI'];
}

/** Unless something says otherwise: today's terminals and log viewers read UTF-8. */
function showsUnicode({ env, platform }: Surface): boolean {
  const { TERM, WT_SESSION, TERM_PROGRAM } = env;
  if (TERM === 'dumb' || TERM === 'linux') return false;
  if (platform === 'win32') return Boolean(WT_SESSION) || TERM_PROGRAM === 'vscode';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return !locale || /utf-?8/i.test(locale);
}
