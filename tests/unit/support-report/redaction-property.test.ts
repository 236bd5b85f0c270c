import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnWord } from '../../../src/support-report/redaction/own-words.js';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';
import { logFacts } from '../../../src/support-report/sources/container-log.js';

/** Where a secret may stand. */
const places: readonly ((secret: string) => string)[] = [
  (s) => s,
  (s) => `connecting with ${s} failed`,
  (s) => `postgresql://agent:${encodeURIComponent(s)}@db/yokeflow?sslmode=require`,
  (s) => `DATABASE_URL=postgresql://agent:${s}@db:5432/yokeflow`,
  (s) => JSON.stringify({ env: { PGPASSWORD: s }, url: `postgres://a:${encodeURIComponent(s)}@h/d` }),
  (s) => `ALTER ROLE agent PASSWORD '${s.replaceAll("'", "''")}'`,
  (s) => `2026-11-23 04:40:19 UTC [1] STATEMENT:  SELECT '${s.replaceAll("'", "''")}', 5`,
  (s) => `2026-11-23 04:40:19 UTC [1] DETAIL:  Key (name)=(${s}) already exists.`,
  (s) => `2026-11-23 04:40:19 UTC [1] ERROR:  invalid input syntax for type json: "${s}"`,
  (s) => `\tcontinued ${s} of a statement`,
  (s) => `2026-11-23 04:40:19 UTC [1] ERROR:  relation "${s}" does not exist`,
  (s) => `${'x'.repeat(590)} ${s}`,
];

/** Whatever people and password generators come up with, long enough to be told from other text. */
const password = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...`abcXYZ019!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ äé`),
      minLength: 8,
      maxLength: 30,
    }),
  )
  .filter(
    (text) =>
      text.trim().length >= 8 &&
      !/[\p{Cc}\p{Cf}\p{Co}]/u.test(text) &&
      // A run of one character, or the like, is met by chance in anything.
      new Set(text).size >= 6 &&
      // Nor does anything hide a word that the report itself is made of (fast-check likes `arguments`).
      !isOwnWord(text),
  );

const letters = (alphabet: string, minLength: number, maxLength = minLength + 10) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const shapes = fc.oneof(
  letters(alphanumeric, 20).map((s) => `sk-${s}`),
  letters(alphanumeric, 36).map((s) => `ghp_${s}`),
  letters(alphanumeric, 22).map((s) => `github_pat_${s}`),
  letters(alphanumeric, 24).map((s) => `xoxb-${s}`),
  letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 16).map((s) => `AKIA${s}`),
  letters(alphanumeric, 30).map((s) => `eyJ${s}.${s}.${s}`),
  letters(alphanumeric, 24).map((s) => `https://hooks.slack.com/services/T0000/B0000/${s}`),
  letters(alphanumeric, 12).map((s) => `https://chat.example.org/hooks/${s}`),
  letters('abcdefgh', 5).map((s) => `${s}@${s}.org`),
);

describe('a secret planted anywhere', () => {
  it('that is known is nowhere in what comes out', () => {
    fc.assert(
      fc.property(
        password,
        fc.shuffledSubarray([...places], { minLength: 3 }),
        fc.boolean(),
        (secret, chosen, asLog) => {
          const redactor = new Redactor();
          redactor.knowSecret(secret);
          const texts = chosen.map((place) => place(secret));
          const draft = asLog ? logFacts(texts.join('\n'), redactor).lines : texts.map((text) => redactor.text(text));
          const shown = redactor.finish(draft).report.join('\n');
          for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
            expect(shown).not.toContain(spelling);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('that has a well-known shape is found without being known', () => {
    fc.assert(
      fc.property(shapes, fc.nat(places.length - 1), fc.boolean(), (secret, place, asLog) => {
        const redactor = new Redactor();
        const text = places[place]?.(secret) ?? '';
        const shown = redactor.finish(asLog ? logFacts(text, redactor).lines : [redactor.text(text)]).report.join('\n');
        expect(shown).not.toContain(secret);
        // Nor the part that makes it a secret.
        expect(shown).not.toContain(secret.slice(-12));
      }),
      { numRuns: 250 },
    );
  });

  it('that stands beside its name is found without being known', () => {
    const names = fc.constantFrom('password=', 'PGPASSWORD: ', '"apiKey": ', "'token' => ", 'client_secret = ');
    fc.assert(
      fc.property(letters(`${alphanumeric}!%&+/`, 10), names, (body, name) => {
        const secret = `A1${body}`;
        expect(new Redactor().text(`${name}${secret}`)).not.toContain(secret);
      }),
      { numRuns: 150 },
    );
  });
});
