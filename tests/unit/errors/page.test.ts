import { expect, it } from 'vitest';
import { parsePage } from '../../../src/errors/page.js';

const page = `# Codes

Whatever stands here is for readers only.

## The command line

### YF101: A headline

A paragraph that goes on in
403. lines of its own.

What leads to it:

- One cause,
  in two lines.
- Another.

What to do:

1. First: \`yokeflow-upgrade
   status\`
2. Then this.

Exit code 2. Nothing was
changed.

## Busy

### YF401: Another headline

In one line.

What to do:

1. Wait.

It was committed.
`;

it('takes each section apart, joins its lines, and leaves out what it lacks', () => {
  expect(Object.fromEntries(parsePage(page))).toEqual({
    YF101: {
      kind: 'The command line',
      title: 'A headline',
      meaning: 'A paragraph that goes on in 403. lines of its own.',
      causes: ['One cause, in two lines.', 'Another.'],
      remedy: ['First: `yokeflow-upgrade status`', 'Then this.'],
      exitCode: 2,
      changed: 'Nothing was changed.',
    },
    YF401: {
      kind: 'Busy',
      title: 'Another headline',
      meaning: 'In one line.',
      remedy: ['Wait.'],
      changed: 'It was committed.',
    },
  });
});
