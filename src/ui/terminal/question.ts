import { createInterface } from 'node:readline';
import { inertLines } from '../../inert/colours.js';
import { redactText } from '../../redaction/redact.js';
import type { Terminal } from './terminal.js';
import { asciiTheme } from './ascii.js';
import { cancelled } from '../../app/cancelled.js';
import { redrawn } from './redrawn.js';
import { discardTypedAhead } from './typed-ahead.js';

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
  /** What answers the same without a question. */
  readonly option?: string;
}

/** One question with a few answers. It goes to stderr, so that stdout stays what was asked for. */
export interface Question<T> {
  readonly message: string;
  readonly choices: readonly Choice<T>[];
}

/**
 * Asks, and waits for an answer: with the arrow keys, or for a number where nothing can be redrawn.
 * @throws {UpgradeError} YF701 on Ctrl-C and at the end of input
 */
export async function ask<T>(terminal: Terminal, question: Question<T>): Promise<T> {
  await discardTypedAhead();
  return terminal.plain ? askForNumber(terminal, question) : askWithArrows(terminal, question);
}

function askWithArrows<T>(terminal: Terminal, { message, choices }: Question<T>): Promise<T> {
  return onPrompt(terminal, async (prompt, theme) => {
    const { answer } = await prompt<{ answer: unknown }>([
      {
        type: 'select',
        name: 'answer',
        message: shown(message),
        loop: false,
        pageSize: choices.length,
        ...theme,
        choices: choices.map(({ name, value, option }) => ({
          name: shown(name),
          value,
          ...(option && { description: shown(answeredBy(option)) }),
        })),
      },
    ]);
    // One of the values above, whatever type they have.
    return answer as T;
  });
}

type Prompt = typeof import('inquirer').default.prompt;

/**
 * Lets inquirer ask something on the terminal.
 * @throws {UpgradeError} YF701 on Ctrl-C and at the end of input
 */
export async function onPrompt<T>(
  { talk }: Terminal,
  question: (prompt: Prompt, theme: { theme?: typeof asciiTheme }) => Promise<T>,
): Promise<T> {
  const { default: inquirer } = await import('inquirer');
  const { signal, stopListening } = endOfInput();
  const { stream, release } = redrawn(process.stderr, talk);
  const prompt = inquirer.createPromptModule({ input: process.stdin, output: stream, signal });
  try {
    return await question(prompt, talk.unicode ? {} : { theme: asciiTheme });
  } catch (error) {
    if (signal.aborted || (error as Error).name === 'ExitPromptError') throw cancelled();
    throw error;
  } finally {
    release();
    stopListening();
  }
}

/** Ctrl-D, or a terminal that is gone: inquirer would wait for an answer that cannot come any more. */
function endOfInput(): { signal: AbortSignal; stopListening: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const onKey = (_text: unknown, key?: { name?: string; ctrl?: boolean }) => {
    if (key?.ctrl && key.name === 'd') abort();
  };
  process.stdin.on('keypress', onKey).once('end', abort);
  return { signal: controller.signal, stopListening: () => process.stdin.off('keypress', onKey).off('end', abort) };
}

/** No default: an empty line is more often an accident than an answer. */
async function askForNumber<T>(terminal: Terminal, { message, choices }: Question<T>): Promise<T> {
  terminal.error(
    [
      '',
      message,
      ...choices.map(({ name, option }, i) => `  ${i + 1}  ${name}${option ? `. ${answeredBy(option)}` : ''}`),
    ].join('\n'),
  );
  for (;;) {
    const answer = (await readLine(`Type a number, 1 to ${choices.length}, and Enter: `)).trim();
    const chosen = /^\d+$/.test(answer) ? choices[Number(answer) - 1] : undefined;
    if (chosen) return chosen.value;
    terminal.error(answer === '' ? 'Nothing was typed.' : `${answer} is not one of them.`);
  }
}

/** inquirer writes past the terminal's own `info`. */
export const shown = (text: string) => inertLines(redactText(text));

export const answeredBy = (option: string) => `Without a question: ${option}`;

/** @throws {UpgradeError} YF701 at the end of input */
function readLine(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  // Without `terminal`, readline sends no escape sequence, and Ctrl-C stays the signal that the whole run listens to.
  const lines = createInterface({ input: process.stdin, terminal: false });
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve).once('close', () => reject(cancelled()));
  }).finally(() => lines.close());
}
