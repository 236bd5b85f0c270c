import { describe, expect, it } from 'vitest';
import { attemptMs, isHopeless, mostHeldUpMs, onlyAttemptMs } from '../../../src/engine/attempt-length.js';

describe('how long the next attempt at the locks may be', () => {
  const LONGEST_MS = 8000;
  const tried = { lastMs: 100, heldUpMs: 100, oldestMs: undefined };

  it.each([
    ['the first is short', { lastMs: undefined, heldUpMs: 0, oldestMs: undefined }, 100],
    ['whoever was held up before, the first of the next transaction is short', { ...tried, lastMs: undefined }, 100],
    ['where nobody can tell who is in the way, it doubles', tried, 200],
    ['young transactions do not make it shorter', { ...tried, lastMs: 400, oldestMs: 0 }, 800],
    ['it is as long as those in the way live, and half as long again', { ...tried, oldestMs: 2000 }, 3000],
    ['it never goes beyond the bound', { ...tried, oldestMs: 6000 }, LONGEST_MS],
    ['nor beyond what is left of the sum', { lastMs: 8000, heldUpMs: 23_000, oldestMs: 5000 }, 1000],
    ['once the sum is used up, nobody notices an attempt', { lastMs: 8000, heldUpMs: 24_000, oldestMs: 5000 }, 20],
    ['nor one for a transaction that no attempt outlives', { ...tried, oldestMs: 60_000 }, 20],
    ['and it grows again from there', { lastMs: 20, heldUpMs: 200, oldestMs: 2000 }, 3000],
  ] as const)('%s', (_, before, expected) => {
    expect(attemptMs(before, LONGEST_MS)).toBe(expected);
  });

  it('keeps to a bound that is shorter than any of them', () => {
    expect(attemptMs({ lastMs: undefined, heldUpMs: 0, oldestMs: undefined }, 50)).toBe(50);
    expect(attemptMs({ ...tried, oldestMs: 1000 }, 5)).toBe(5);
    expect(onlyAttemptMs(50)).toBe(50);
  });

  it('holds nobody up for longer than the sum, whoever is in the way', () => {
    for (const oldestMs of [undefined, 0, 1000, 5000, 12_000]) {
      let heldUpMs = 0;
      let lastMs: number | undefined;
      let noticed = 0;
      for (let attempt = 0; attempt < 200; attempt++) {
        lastMs = attemptMs({ lastMs, heldUpMs, oldestMs }, LONGEST_MS);
        expect(lastMs).toBeLessThanOrEqual(LONGEST_MS);
        if (lastMs > 20) noticed += lastMs;
        heldUpMs += lastMs;
      }
      expect(noticed).toBeLessThanOrEqual(mostHeldUpMs(LONGEST_MS));
    }
  });
});

describe('whether waiting makes no sense', () => {
  it.each([
    ['a transaction of an hour, and a wait of a minute', 3_600_000, 60_000, true],
    ['a transaction of five minutes', 300_000, 60_000, false],
    ['a transaction of an hour, for which somebody is ready to wait as long', 3_600_000, 7_200_000, false],
    ['one whose age nobody can tell', undefined, 60_000, false],
  ] as const)('%s', (_, ageMs, waitMs, expected) => {
    expect(isHopeless(ageMs, waitMs)).toBe(expected);
  });
});
