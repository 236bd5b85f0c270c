import { describe, expect, it } from 'vitest';
import { parseAnswer, question } from '../../../src/database/psql/answer.js';

const marker = 'yokeflow-upgrade-0123-7';

/** What psql writes for a question: its output, the state, the last error's message, and an end on each channel. */
function said(output: string, state = '00000', message = '', stderr = ''): [string, string] {
  return [`${output}${marker} state ${state}\n${message}\n${marker} end\n`, `${stderr}${marker} end\n`];
}
const read = ([stdout, stderr]: [string, string]) => parseAnswer(stdout, stderr, marker);

describe('parseAnswer', () => {
  it.each(['', '[]\n', '[{"a": 1}]\n', 'two\nlines\n', `something like ${marker.replace('7', '6')} end\n`])(
    'gives the output %j back',
    (output) => {
      expect(read(said(output))).toEqual({ output, error: undefined, rest: { stdout: '', stderr: '' } });
    },
  );

  it('waits for both ends', () => {
    const [stdout, stderr] = said('[]\n', '42703', 'no such column', 'ERROR:  no such column\n');
    for (let at = 0; at < stdout.length - 1; at++)
      expect(parseAnswer(stdout.slice(0, at), stderr, marker)).toBeUndefined();
    for (let at = 0; at < stderr.length - 1; at++)
      expect(parseAnswer(stdout, stderr.slice(0, at), marker)).toBeUndefined();
    expect(parseAnswer(stdout, stderr, marker)).toBeDefined();
  });

  it('reads an error field by field', () => {
    const stderr =
      'ERROR:  update violates it\nDETAIL:  Key (id)=(1) is still referenced.\nHINT:  Delete it first.\nCONTEXT:  SQL statement\n';
    expect(read(said('', '23503', 'update violates it', stderr))?.error).toMatchObject({
      name: 'DatabaseError',
      message: 'update violates it',
      sqlState: '23503',
      detail: 'Key (id)=(1) is still referenced.',
      hint: 'Delete it first.',
    });
  });

  it('keeps every line of a message', () => {
    expect(read(said('', 'P0001', 'first\nsecond\n\nfourth', 'ERROR:  first\n'))?.error?.message).toBe(
      'first\nsecond\n\nfourth',
    );
  });

  it('does not take an old message for an error', () => {
    expect(read(said('[]\n', '00000', 'of the statement before', 'WARNING:  careful\n'))?.error).toBeUndefined();
  });

  it('makes nothing up where there is no detail and no hint', () => {
    expect(read(said('', '57014', 'canceled', 'ERROR:  canceled\n'))?.error).toMatchObject({
      detail: undefined,
      hint: undefined,
    });
  });
});

describe('question', () => {
  it.each(['SELECT 1', 'SELECT 1;', 'SELECT 1 ; \n;', 'SELECT 1 -- why'])(
    'ends %j with one semicolon, on a line of its own',
    (statement) => {
      const lines = question([statement], marker).split('\n');
      expect(lines.filter((line) => line.trim() === ';')).toHaveLength(1);
      expect(lines[lines.indexOf(';') - 1]).not.toMatch(/;\s*$/);
    },
  );
});
