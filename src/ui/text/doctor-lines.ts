import type { Diagnosis, Part } from '../../app/doctor/tried.js';
import type { Style } from './style.js';

const headings: Readonly<Record<Part, string>> = {
  program: 'This program',
  named: 'What names a database',
  engine: 'Container engines',
  container: 'Containers, and where else was looked',
  connection: 'Connection',
  database: 'Database',
  backup: 'Backup',
};

/** Everything that was tried, in order. Pure. */
export function doctorLines({ tried }: Diagnosis, style: Style): string[] {
  const parts = [...new Set(tried.map(({ part }) => part))];
  return parts.flatMap((part) => [
    `  ${style.bold(headings[part])}`,
    ...tried
      .filter((one) => one.part === part)
      .map(({ what, ok, reason }) => `    ${ok ? style.tick : style.cross} ${what}: ${reason}`),
  ]);
}

/** What it came to. Pure. */
export function doctorVerdict({ verdict }: Diagnosis, failed: boolean, style: Style): string {
  return failed ? `${style.cross} ${verdict}` : `${style.tick} ${style.good(verdict)}`;
}
