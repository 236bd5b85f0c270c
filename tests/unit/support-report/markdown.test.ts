import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';
import { escaped } from '../../../src/support-report/markdown.js';

describe('a name in Markdown', () => {
  it.each([
    ['a|b`c`*d*', 'a\\|b\\`c\\`\\*d\\*'],
    ['<img src=x onerror=y>&', '&lt;img src=x onerror=y&gt;&amp;'],
    ['[click](http://evil.example)', '[click\\](http&#58;//evil.example)'],
    ['![x][y] and [y]: //z', '![x\\][y] and [y\\]: //z'],
    ['[password 1] and [host 2]', '[password 1] and [host 2]'],
    ['www.evil.example', 'www&#46;evil.example'],
    ['# big', '\\# big'],
    ['1. first', '1\\. first'],
    ['- item', '\\- item'],
    ['two\n\n# lines', 'two # lines'],
    ['paused_sessions __init__ ~~no~~', 'paused_sessions \\_\\_init\\_\\_ \\~\\~no\\~\\~'],
  ])('%j is written as %j', (name, expected) => {
    expect(escaped(name)).toBe(expected);
  });
});

describe('what is not seen', () => {
  it('is shown in a report, unless a secret would be shown with it', () => {
    const redactor = new Redactor();
    redactor.knowSecret('S3cretWord');
    expect(redactor.text('ta\u202eble\u001b[31m')).toBe('ta\\u202eble\\x1b[31m');
    const { report } = redactor.finish([
      redactor.text('is S3cret\u200bWord \u001b[31mhere'),
      redactor.text('\u001b[31mS3cretWord'),
    ]);
    expect(report).toEqual(['is [password 1] here', '[password 1]']);
  });
});
