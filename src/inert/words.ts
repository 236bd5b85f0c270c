/** A size in bytes as people write it, in powers of 1000 as disks are sold: `212 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [value, power] = [bytes, 0];
  // What would be rounded to 1000 is 1 of the next unit.
  for (; value >= 999.5 && power < units.length - 1; power++) value /= 1000;
  return `${value >= 9.95 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `one step is`, `2 steps are`. */
export function plural(count: number, one: string, many: string): string {
  return `${count === 1 ? 'one' : count} ${count === 1 ? one : many}`;
}

/** A time in ms as people write it: `0.4 s`, `1 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A count as people read it: `2,311`. */
export function formatCount(count: number): string {
  // Not toLocaleString: loading ICU's rules takes 25 ms.
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A moment without seconds, in UTC as every log has it: `2026-11-23 04:41 UTC`. */
export function formatMoment(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
