import { describe, expect, it } from 'vitest';
import { styleFor } from '../../../../src/ui/text/style.js';

type Env = Record<string, string>;
const style = (
  env: Env,
  {
    isTTY = true,
    noColour = false,
    platform = 'linux',
  }: { isTTY?: boolean; noColour?: boolean; platform?: NodeJS.Platform } = {},
) => styleFor({ isTTY, env, platform, noColour });
const escape = '\u001B[';

describe('colour', () => {
  it.each<[string, boolean, Env, { isTTY?: boolean; noColour?: boolean }?]>([
    ['on a terminal', true, {}],
    ['through a pipe', false, {}, { isTTY: false }],
    ['with --no-color', false, {}, { noColour: true }],
    ['with --no-color and FORCE_COLOR', false, { FORCE_COLOR: '1' }, { noColour: true }],
    ['with NO_COLOR', false, { NO_COLOR: '1' }],
    ['with NO_COLOR and FORCE_COLOR', false, { NO_COLOR: '1', FORCE_COLOR: '1' }],
    ['with an empty NO_COLOR', true, { NO_COLOR: '' }],
    ['with FORCE_COLOR through a pipe', true, { FORCE_COLOR: '1' }, { isTTY: false }],
    ['with an empty FORCE_COLOR through a pipe', true, { FORCE_COLOR: '' }, { isTTY: false }],
    ['with FORCE_COLOR=0 on a terminal', false, { FORCE_COLOR: '0' }],
    ['with TERM=dumb', false, { TERM: 'dumb' }],
    ['with TERM=dumb and FORCE_COLOR', true, { TERM: 'dumb', FORCE_COLOR: '3' }],
    ['in CI', false, { CI: 'true' }],
  ])('%s: %s', (_, expected, env, surface) => {
    const { colour, good, tick } = style(env, surface);
    expect(colour).toBe(expected);
    expect(good('text').includes(escape)).toBe(expected);
    expect(tick.includes(escape)).toBe(expected);
  });
});

describe('symbols', () => {
  it.each<[string, boolean, Env, NodeJS.Platform?]>([
    ['without any locale', true, {}],
    ['in a UTF-8 locale', true, { LANG: 'de_DE.UTF-8' }],
    ['in a locale of another encoding', false, { LANG: 'de_DE.ISO-8859-1' }],
    ['where LC_ALL overrules LANG', false, { LANG: 'de_DE.UTF-8', LC_ALL: 'C' }],
    ['with TERM=dumb', false, { TERM: 'dumb', LANG: 'C.UTF-8' }],
    ['on the console of Linux', false, { TERM: 'linux', LANG: 'C.UTF-8' }],
    ['in the old console of Windows', false, {}, 'win32'],
    ['in Windows Terminal', true, { WT_SESSION: 'x' }, 'win32'],
  ])('%s: Unicode %s', (_, expected, env, platform = 'linux') => {
    const { tick, cross, bullet, note } = style({ ...env, NO_COLOR: '1' }, { platform });
    const symbols = [tick, cross, bullet, note];
    expect(/^[ -~]+$/.test(symbols.join(''))).toBe(!expected);
    expect(new Set(symbols).size).toBe(4);
  });
});

it('text is the same but for the colour', () => {
  const { bold, dim, good, bad, warn } = style({ NO_COLOR: '1' });
  for (const paint of [bold, dim, good, bad, warn]) expect(paint('text')).toBe('text');
});
