import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redrawn } from '../../../../src/ui/terminal/redrawn.js';
import { openScreen } from '../../../support/screen.js';

const ROWS = 20;

/** A terminal with something above what is redrawn. */
async function terminal(columns: number) {
  const screen = openScreen(columns, ROWS);
  await screen.write('above\r\n');
  const stream = Object.assign(new EventEmitter(), {
    columns,
    rows: ROWS,
    write: (text: string) => {
      void screen.write(text.replaceAll('\n', '\r\n'));
      return true;
    },
  });
  const { stream: own, keepBelow, release } = redrawn(stream as unknown as NodeJS.WriteStream, { colour: false });
  onTestFinished(release);
  let height = 0;
  return {
    stream,
    keepBelow,
    release,
    /** As log-update does it. */
    draw: (text: string) => {
      own.write(`${height === 0 ? '' : `${'\u001B[2K\u001B[1A'.repeat(height - 1)}\u001B[2K\u001B[G`}${text}\n`);
      height = `${text}\n`.split('\n').length;
    },
    resize: async (to: number, rows = ROWS) => {
      await screen.resize(to, rows);
      Object.assign(stream, { columns: to, rows });
      stream.emit('resize');
    },
    /** Node asks for the size when the signal has come, which may be later than the timer that was set for an earlier one. */
    resizeUntold: async (to: number) => {
      await screen.resize(to, ROWS);
      const asked = () => {
        Object.assign(stream, { columns: to });
        stream.emit('resize');
      };
      process.once('SIGWINCH', asked);
      onTestFinished(() => void process.off('SIGWINCH', asked));
    },
    /** Once the window has kept its size for a while. */
    settled: () => new Promise((resolve) => setTimeout(resolve, 150)),
    seen: async () => {
      await screen.write('');
      return screen.visible();
    },
  };
}

const long = '\u2714 a line of forty characters and no more';

describe('lines that are redrawn', () => {
  it('are broken between words, and indented', async () => {
    const { draw, seen } = await terminal(20);
    draw(long);
    expect(await seen()).toBe('above\n\u2714 a line of forty\n  characters and no\n  more');
  });

  it('are drawn again when the window becomes narrower and wider, and nothing else changes', async () => {
    const { resize, draw, seen, settled } = await terminal(60);
    draw(`${long}\nshort\n${long}`);
    const wide = await seen();
    await resize(20);
    await settled();
    expect(await seen()).toBe(
      'above\n\u2714 a line of forty\n  characters and no\n  more\nshort\n\u2714 a line of forty\n  characters and no\n  more',
    );
    await resize(60);
    await settled();
    expect(await seen()).toBe(wide);
    for (const columns of [50, 40, 30, 20, 30]) {
      await resize(columns);
      draw(`${long}\nshort\n${long}`);
    }
    await resize(60);
    await settled();
    expect(await seen(), 'after an edge was dragged').toBe(wide);
    await resize(30);
    draw('again');
    await settled();
    expect(await seen()).toBe('above\nagain');
  });

  it('are drawn for the size that the window has when it is time to draw them, not for the last one that was told', async () => {
    for (const inTheEnd of ['settled', 'release'] as const) {
      const window = await terminal(60);
      window.draw(`${long}\nshort`);
      await window.resize(50);
      await window.resizeUntold(20);
      await window[inTheEnd]();
      expect(await window.seen(), inTheEnd).toBe('above\n\u2714 a line of forty\n  characters and no\n  more\nshort');
    }
  });

  it('move down for lines that stay', async () => {
    const { stream, resize, draw, keepBelow, seen, settled } = await terminal(60);
    keepBelow();
    draw(long);
    stream.write('told\n');
    expect(await seen()).toBe(`above\ntold\n${long}`);
    await resize(20);
    stream.write('told again\n');
    draw('last');
    await settled();
    expect(await seen()).toBe('above\ntold\ntold again\nlast');
  });

  it('are cut at their beginning where the window is too low for all of them', async () => {
    const { resize, draw, seen, settled } = await terminal(60);
    await resize(60, 4);
    await settled();
    draw('0');
    draw('1\n2\n3\n4\n5');
    draw('1\n2\n3\n4\n6');
    expect((await seen()).split('\n')).toEqual(['3', '4', '6']);
  });

  it('lose their colours where there are to be none', async () => {
    const { draw, seen } = await terminal(60);
    draw('\u001B[31mred\u001B[39m');
    expect(await seen()).toBe('above\nred');
  });

  it('leave the terminal as it was', async () => {
    const { stream, keepBelow, release } = await terminal(60);
    keepBelow();
    release();
    expect(stream.listenerCount('resize')).toBe(0);
  });
});
