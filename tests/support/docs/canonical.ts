import { hostname } from 'node:os';

/** What differs from run to run, and what stands for it on a page. */
const always: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [new RegExp(`(?<=from )${hostname()}\\b`, 'g'), 'laptop'],
  [/\bPostgreSQL \d+\.\d+/g, 'PostgreSQL 16.4'],
  [/\bNode \d+\.\d+\.\d+/g, 'Node 22.12.0'],
  [/\b\d+(\.\d+)? (bytes|kB)/g, '84 kB'],
  [/\b\d+(\.\d+)? MB/g, '9.1 MB'],
  [/\b\d+(\.\d+)? GB/g, '38 GB'],
  [/(?<=free: )\d+(\.\d+)? MB/g, '1.0 MB'],
  [/\b\d+(\.\d)? s\b/g, (found) => (found.includes('.') ? '0.4 s' : '12 s')],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC/g, '2026-11-23 10:04 UTC'],
  [/(?<!\d)\d{8}([-_T])\d{6}(?!\d)/g, (found) => `20261123${found.charAt(8)}100400`],
  [/(?<=T\d{6}Z)\.[0-9a-f]{8}-\d+/g, '.7f3a9c2e-16384'],
  [/\bpid \d+/g, 'pid 4711'],
  [/\btransaction \d+/g, 'transaction 815'],
];

/**
 * What was printed as it stands on a page: the same each time.
 * @param places names of this run and what stands for them, the longest first
 */
export function canonical(printed: string, places: readonly (readonly [actual: string, shown: string])[]): string {
  let text = printed;
  for (const [actual, shown] of places) text = text.replaceAll(actual, shown);
  for (const [pattern, shown] of always) text = text.replace(pattern, shown as string);
  return text.trim();
}
