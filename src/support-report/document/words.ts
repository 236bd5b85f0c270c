import type { Part } from '../report.js';
import { isThere } from '../report.js';
import type { Block } from './document.js';

/** `yes` or `no`. */
export function yesNo(holds: boolean): string {
  return holds ? 'yes' : 'no';
}

/** A number with its thousands apart, whatever the machine's language: `12 345`, with no-break spaces. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** ISO 8601 as people read it: `2026-11-23 04:40 UTC`. */
export function timeText(iso: string | null): string {
  return iso === null ? 'never' : `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A time in s: `42 s`, `3 min`, `5 h`, `2 d`. */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** The blocks of a part, or the reason why it is not there. */
export function blocksOf<T>(part: Part<T>, blocks: (value: T) => readonly Block[]): readonly Block[] {
  return isThere(part) ? blocks(part) : [{ kind: 'text', text: `Not available: ${part.unavailable}.`.replace(/\.\.$/, '.') }];
}
