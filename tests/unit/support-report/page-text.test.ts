import { describe, expect, it } from 'vitest';
import { escaped, sentence, value } from '../../../src/support-report/html/text.js';

describe('text of the page', () => {
  it('is never HTML of its own', () => {
    expect(escaped(`<script>alert("x")</script> & 'y'`)).toBe(
      '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;',
    );
    expect(sentence('Run `docker start <b>` now')).toBe('Run <code class="short">docker start &lt;b&gt;</code> now');
    expect(value('<i>[password 1]</i>')).toBe('&lt;i&gt;<span class="mask">[password 1]</span>&lt;/i&gt;');
  });

  it('sets commands and masks apart, and nothing else', () => {
    expect(sentence('Run: yokeflow-upgrade upgrade')).toBe('Run: <code class="short">yokeflow-upgrade upgrade</code>');
    expect(sentence('by yokeflow-upgrade 0.1.0. [no mask] [host 12]')).toBe(
      'by yokeflow-upgrade 0.1.0. [no mask] <span class="mask">[host 12]</span>',
    );
  });

  it('may be broken inside of long names and not inside of numbers', () => {
    expect(value('paused_sessions.id 16.4')).toBe('paused_<wbr>sessions.<wbr>id 16.4');
  });
});
