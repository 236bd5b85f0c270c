import { StringDecoder } from 'node:string_decoder';
import type { Terminal } from './terminal.js';
import { cancelled } from '../../app/cancelled.js';
import { answeredBy, onPrompt, shown } from './question.js';
import { discardTypedAhead } from './typed-ahead.js';

/**
 * Asks for a text that is never shown, while it is typed or afterwards.
 * @param option what answers the same without a question
 * @throws {UpgradeError} YF701 on Ctrl-C and at the end of input
 */
export async function askHidden(terminal: Terminal, message: string, option: string): Promise<string> {
  await discardTypedAhead();
  if (terminal.plain) return readHidden(terminal, message, option);
  terminal.error(answeredBy(option));
  return onPrompt(
    terminal,
    async (prompt, theme) =>
      (await prompt<{ answer: string }>([{ type: 'password', name: 'answer', message: shown(message), ...theme }]))
        .answer,
  );
}

/** The keys that a terminal would act on by itself, were it not in raw mode. */
const [CTRL_C, CTRL_D, CTRL_H, CTRL_U, DELETE] = ['\u0003', '\u0004', '\u0008', '\u0015', '\u007f'];

/** Reads a line in raw mode, in which the terminal repeats nothing. */
async function readHidden(terminal: Terminal, message: string, option: string): Promise<string> {
  terminal.error(['', `${message}. ${answeredBy(option)}`].join('\n'));
  const { stdin, stderr } = process;
  stderr.write('Type it, which is not shown, and Enter: ');
  const decoder = new StringDecoder('utf8');
  let typed: string[] = [];
  stdin.setRawMode(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      const onData = (bytes: Buffer) => {
        // Arrow keys and the like are no part of a password.
        for (const key of decoder.write(bytes).replace(/\u001b(?:\[[\d;]*[ -/]*[@-~]|O.|.)?/g, '')) {
          if (key === CTRL_C || key === CTRL_D) return end(() => reject(cancelled()));
          if (key === '\r' || key === '\n') return end(() => resolve(typed.join('')));
          if (key === CTRL_U) typed = [];
          else if (key === DELETE || key === CTRL_H) typed.pop();
          else typed.push(key);
        }
      };
      const ended = () => end(() => reject(cancelled()));
      const end = (settle: () => void) => {
        stdin.off('data', onData).off('end', ended).pause();
        settle();
      };
      stdin.on('data', onData).once('end', ended).resume();
    });
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
