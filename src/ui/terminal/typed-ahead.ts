import type { ReadStream } from 'node:tty';
import { cancelled } from '../../app/cancelled.js';

/** How long, in ms, what was typed before may take to arrive. */
const ARRIVES_WITHIN_MS = 30;

const CTRL_C = 3;
const CTRL_D = 4;

/**
 * Throws away what was typed before there was anything to answer: an impatient Enter must not confirm an upgrade.
 * @throws {UpgradeError} YF701 where Ctrl-C or Ctrl-D was among it, or the terminal is gone
 */
export async function discardTypedAhead(input: ReadStream = process.stdin): Promise<void> {
  let leave = false;
  const onData = (bytes: Buffer) => {
    leave ||= bytes.includes(CTRL_C) || bytes.includes(CTRL_D);
  };
  const ended = () => {
    leave = true;
  };
  // Only in raw mode does a terminal hand over a line that has no end yet.
  input.setRawMode(true);
  input.on('data', onData).once('end', ended).resume();
  await new Promise((resolve) => setTimeout(resolve, ARRIVES_WITHIN_MS));
  input.off('data', onData).off('end', ended).pause();
  input.setRawMode(false);
  if (leave) throw cancelled();
}
