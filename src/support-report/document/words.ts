import { formatMoment } from '../../inert/words.js';
import { isThere, type Part } from '../report.js';
import type { Block, Column, Section } from './section.js';

/** `yes` or `no`. */
export function yesNo(holds: boolean): string {
  return holds ? 'yes' : 'no';
}

/** A moment, or that it has not been. */
export function timeText(iso: string | null): string {
  return iso === null ? 'never' : formatMoment(iso);
}

/** A time in s: `42 s`, `3 min`, `5 h`, `2 d`. */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** Columns by their titles. One that ends with a colon holds numbers. */
export function columnsOf(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title: title.replace(/:$/, ''), numeric: title.endsWith(':') }));
}

/** A table, if it has rows; its titles are those of {@link columnsOf}. */
export function tableOf(caption: string, titles: readonly string[], rows: readonly (readonly string[])[]): Block[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, columns: columnsOf(...titles), rows }];
}

/** The section of a part; none where the part is not there, which another section tells. */
export function sectionOf<T>(
  part: Part<T>,
  section: Omit<Section, 'blocks'>,
  blocks: (value: T) => readonly Block[],
): Section[] {
  return isThere(part) ? [{ ...section, blocks: blocks(part) }] : [];
}
