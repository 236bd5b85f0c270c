import { setTimeout as sleep } from 'node:timers/promises';
import { keys, type OnTerminal } from './pseudo-terminal.js';

/** How long to wait for a question, in ms. */
const LONGEST_MS = 20_000;

/** The question that is waiting for an answer, with its choices as they stand on the screen. */
interface Open {
  readonly text: string;
  /** The choice under the cursor; undefined where numbers are typed. */
  readonly cursor: string | undefined;
  readonly numbered: readonly string[];
}

/** Waits until this is the question that waits for an answer. An answered one above it does not count. */
export async function asked(terminal: OnTerminal, question: string): Promise<void> {
  await until(terminal, `the question ${question}`, (open) => open?.text.includes(question) === true);
}

/** Waits for a question and answers it, with the arrow keys or with a number. */
export async function choose(terminal: OnTerminal, question: string, answer: string): Promise<void> {
  await asked(terminal, question);
  const { cursor, numbered } = await until(terminal, 'choices', (open) => open !== undefined);
  if (cursor === undefined) {
    const number = numbered.findIndex((choice) => choice.startsWith(answer)) + 1;
    if (number === 0) throw new Error(`${question} has no answer ${answer}:\n${terminal.screen()}`);
    return terminal.type(`${number}${keys.enter}`);
  }
  for (let at = cursor; !at.startsWith(answer); ) {
    terminal.type(keys.down);
    const before = at;
    at = (await until(terminal, `the answer ${answer}`, (open) => open?.cursor !== before))?.cursor ?? '';
  }
  terminal.type(keys.enter);
  await taken(terminal, answer);
}

/** How long, in ms, an answer may take to be taken; whoever comes next finds out what became of it. */
const TAKEN_WITHIN = 2000;

/** Waits until an answer is taken: keys that come before that are thrown away, and the question looks open to whoever answers the next one. */
async function taken(terminal: OnTerminal, answer: string): Promise<void> {
  const isOpen = () => openQuestion(terminal.screen())?.cursor?.startsWith(answer) === true;
  for (const deadline = Date.now() + TAKEN_WITHIN; isOpen() && !terminal.hasEnded() && Date.now() < deadline; )
    await sleep(15);
}

async function until(terminal: OnTerminal, what: string, holds: (open: Open | undefined) => boolean): Promise<Open> {
  for (const deadline = Date.now() + LONGEST_MS; Date.now() < deadline; await sleep(15)) {
    const open = openQuestion(terminal.screen());
    if (holds(open) && open) return open;
    if (terminal.hasEnded()) break;
  }
  throw new Error(`it never came to ${what}:\n${terminal.transcript()}`);
}

/** inquirer marks a question that is open with `?`; a plain one ends by asking for a number. */
function openQuestion(screen: string): Open | undefined {
  const plain = /^Type a number, 1 to (\d+), and Enter:$/m;
  const lines = screen.split('\n');
  if (plain.test(lines.slice(-2).join('\n'))) {
    const numbered = lines.filter((line) => /^ {2}\d+ {2}/.test(line)).map((line) => line.replace(/^ {2}\d+ {2}/, ''));
    const count = Number(plain.exec(screen)?.[1]);
    const first = lines.findLastIndex((line) => line.startsWith('  1  '));
    return {
      text: lines.slice(Math.max(0, first - 4), first).join(' '),
      cursor: undefined,
      numbered: numbered.slice(-count),
    };
  }
  const from = lines.findLastIndex((line) => line.startsWith('? '));
  const cursor = lines
    .slice(from)
    .map((line) => /^[❯>] (.*)$/.exec(line)?.[1])
    .find((choice) => choice !== undefined);
  return from < 0 || cursor === undefined
    ? undefined
    : { text: lines.slice(from).join(' ').replace(/ +/g, ' '), cursor, numbered: [] };
}
