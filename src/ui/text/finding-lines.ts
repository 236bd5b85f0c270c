import { explain } from '../../errors/explanations.js';
import type { Finding } from '../../inspection/finding.js';
import type { Style } from './style.js';

/** The most that findings take up of a plain `status`, which should fit into one chat message of 2000 characters and 30 lines. */
const ROOM = { characters: 600, lines: 5 };
/** The longest line of a plain list, in characters. */
const LINE = 150;

/**
 * What was found, for people. In full each finding has a line. Otherwise each code has one, and what does not fit is
 * counted.
 * @param beside lines that share the room of a plain `status` with them
 */
export function findingLines(
  findings: readonly Finding[],
  style: Style,
  inFull: boolean,
  beside: readonly string[] = [],
): string[] {
  if (findings.length === 0) return [];
  const groups = inFull ? findings.map((finding) => [finding]) : together(findings);
  const lines: string[] = [];
  let shown = 0;
  for (const group of groups) {
    const next = inFull ? headline(group, style) : groupLine(group, style);
    if (!inFull && lines.length > 0 && !fits([...beside, ...lines, next])) break;
    lines.push(next);
    shown += group.length;
  }
  const more = findings.length - shown;
  return [
    '',
    ...lines,
    ...(more > 0 ? [`    and ${more} more; --verbose shows them all`] : []),
    `    What a code means: yokeflow-upgrade explain ${findings[0]?.code}`,
  ];
}

function together(findings: readonly Finding[]): Finding[][] {
  return [...new Set(findings.map(({ code }) => code))].map((code) =>
    findings.filter((finding) => finding.code === code),
  );
}

/** Names as many objects as fit into the line; for findings about no object, the first title. */
function groupLine(group: readonly Finding[], style: Style): string {
  const [first] = group;
  const subjects = group.flatMap(({ subject }) => subject ?? []);
  if (first === undefined || subjects.length < group.length) {
    const others = group.length > 1 ? ` (and ${group.length - 1} more)` : '';
    return `${shortened(headline(group, style), LINE - others.length)}${others}`;
  }
  let count = subjects.length;
  const line = () => {
    const left = subjects.length - count;
    return `  ${style.note} ${first.code}  ${explain(first.code).title}: ${[...subjects.slice(0, count), ...(left > 0 ? [`${left} more`] : [])].join(', ')}`;
  };
  while (count > 1 && line().length > LINE) count--;
  return line();
}

function headline([first]: readonly Finding[], style: Style): string {
  return `  ${style.note} ${first?.code}  ${first?.title}`;
}

function shortened(line: string, length: number): string {
  if (line.length <= length) return line;
  const room = line.slice(0, length - 4);
  // Half a word of the next sentence says nothing.
  const sentence = room.lastIndexOf('. ') + 1;
  return `${(sentence > length / 2 ? room.slice(0, sentence) : room).trimEnd()} ...`;
}

function fits(lines: readonly string[]): boolean {
  return lines.length <= ROOM.lines && lines.join('\n').length <= ROOM.characters;
}
