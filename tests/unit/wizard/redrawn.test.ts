import { describe, expect, it } from 'vitest';
import { redrawn } from '../../../src/wizard/redrawn.js';
import { openScreen } from '../../support/screen.js';

/** A terminal with something above what is redrawn. */
async function terminal(columns: number) {
  const screen = openScreen(columns, 20);
  await screen.write('above\r\n');
  const stream = {
    columns,
    rows: 20,
    isTTY: true,
    write: (text: string) => { void screen.write(text.replaceAll('\n', '\r\n')); return true; },
  } as unknown as NodeJS.WriteStream;
  const resize = async (to: number) => {
    await screen.resize(to, 20);
    stream.columns = to;
  };
  const { stream: own, keepBelow } = redrawn(stream, { colour: true });
  keepBelow();
  const above = (text: string) => stream.write(`${text}\n`);
  let height = 0;
  // As log-update does it, for a frame whose lines fit.
  const draw = (text: string) => {
    own.write(`${height === 0 ? '' : `${'\u001B[2K\u001B[1A'.repeat(height - 1)}\u001B[2K\u001B[G`}${text}\n`);
    height = `${text}\n`.split('\n').length;
  };
  return { resize, above, draw, seen: async () => { await screen.write(''); return screen.visible(); } };
}

const long = 'a line of forty characters and no more..';

describe('lines that are redrawn', () => {
  it('are erased whole after the window became narrower, and nothing else is', async () => {
    const { resize, draw, seen } = await terminal(60);
    draw(`${long}\nshort\n${long}`);
    await resize(15);
    draw('again');
    expect(await seen()).toBe('above\nagain');
  });

  it('are erased whole after the window became narrow and wide again', async () => {
    const { resize, draw, seen } = await terminal(60);
    draw(long);
    await resize(15);
    draw(`${long}!`);
    await resize(60);
    draw('again');
    expect(await seen()).toBe('above\nagain');
  });

  it('move down for lines that stay', async () => {
    const { resize, draw, above, seen } = await terminal(60);
    draw(long);
    above('told');
    expect(await seen()).toBe(`above\ntold\n${long}`);
    await resize(20);
    above('told again');
    draw('last');
    expect(await seen()).toBe('above\ntold\ntold again\nlast');
  });
});
