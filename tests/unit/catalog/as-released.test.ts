import { expect, it } from 'vitest';
import { asReleased } from '../../../src/catalog/read.js';

it.each([
  [
    "CHECK (((status)::text = ANY (ARRAY[('it''s'::character varying)::text, ('b'::character varying)::text])))",
    "CHECK (((status)::text = ANY ((ARRAY['it''s'::character varying, 'b'::character varying])::text[])))",
  ],
  [
    "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text])))",
    "CHECK (((s)::text = ANY ((ARRAY['a'::character varying])::text[])))",
  ],
])('a definition that was dumped and restored reads as released: %s', (restored, released) => {
  expect(asReleased(restored)).toBe(released);
  expect(asReleased(released)).toBe(released);
});

it.each([
  "CHECK ((status = ANY (ARRAY['a'::text, 'b'::text])))",
  "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, lower('b'::text)])))",
  "DEFAULT 'ARRAY[(x)::text]'",
])('anything else stays: %s', (definition) => {
  expect(asReleased(definition)).toBe(definition);
});
