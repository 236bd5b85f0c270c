import { expect, it } from 'vitest';
import { redactText, rememberPassword } from '../../../src/redaction/redact.js';

it('the whole of a password is hidden, also where another one is its beginning', () => {
  rememberPassword('Sesame-1');
  rememberPassword('Sesame-1-and-more');
  expect(redactText('tried Sesame-1-and-more, then Sesame-1.')).toBe('tried ***, then ***.');
});

it.each([
  'https://hooks.slack.com/services/T0/B0/x',
  'https://discord.com/api/webhooks/1/x',
  'https://firm.webhook.office.com/webhookb2/x',
  'https://hook.eu1.make.com/x',
  'https://maker.ifttt.com/trigger/pause/with/key/x',
  'https://n8n.example.com/webhook-test/x',
])('%s is hidden', (address) => {
  expect(redactText(`posting to ${address} failed`)).toBe('posting to *** failed');
});

it('other addresses stay', () => {
  const text = 'see https://www.postgresql.org/docs/16/errcodes-appendix.html';
  expect(redactText(text)).toBe(text);
});
