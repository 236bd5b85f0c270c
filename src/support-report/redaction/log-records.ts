import { placeholder } from './placeholder.js';
import { maskRowValues, withoutValues } from './row-values.js';

const VALUE = placeholder('value');

/** `2026-11-23 04:40:19.123 UTC [1] ERROR:  …`: what log_line_prefix makes, then how serious, then two blanks. */
const record =
  /^(.*?)\b(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE):[ \t]{1,2}([^]*)$/;
/** The same of a server that speaks another language: a word in capitals and two blanks. */
const foreignRecord = /^(.*?)(?<![\p{L}])(\p{Lu}{3,}(?: \p{Lu}+)?):[ ]{2}([^]*)$/u;

/** Words before a name in double quotes. What else PostgreSQL quotes may be a value. */
const named =
  /\b(?:table|relation|column|constraint|index|view|function|role|user|type|schema|database|sequence|trigger|extension|parameter|language|file|directory|server at|address|socket|portal|tablespace|enum \w+|slot|worker|host|name|library|for|cursor|savepoint|statement|process|on|in)\s*"$/i;
/** What PostgreSQL quotes of itself. */
const ownWords =
  /^(?:trust|peer|md5|scram-sha-256|logical replication launcher|autovacuum launcher|C|en_US\.utf8|UTF8)$/;
const statement =
  /^((?:duration: [\d.]+ ms {1,2})?(?:statement|(?:execute|parse|bind|fetch from) [^:]*|execute fetch from [^:]*|cached plan[^:]*): +)([^]*)$/;

/**
 * A log of PostgreSQL, line by line, without what its statements and messages quote of rows.
 * @param text     the log; every other rule has been applied to it
 * @param labels   words of enum types, which may stay
 */
export function logWithoutValues(text: string, labels: ReadonlySet<string>): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const records: string[][] = [];
  for (const line of lines) {
    // PostgreSQL begins the further lines of a message with a tab.
    if (!line.startsWith('\t')) records.push([line]);
    else if (records.length > 0) records.at(-1)?.push(line);
    // The beginning is not there, and with it goes what would tell a string from the rest.
    else records.push([`\t${VALUE}`]);
  }
  return records.flatMap((one) => withoutRowValues(one.join('\n'), labels).split('\n'));
}

function withoutRowValues(text: string, labels: ReadonlySet<string>): string {
  const [, prefix = '', severity = '', message = ''] = record.exec(text) ?? foreignRecord.exec(text) ?? [];
  if (severity === '') return plain(text, labels);
  const isKnown = record.test(text);
  return `${prefix}${severity}:  ${isKnown ? ofSeverity(severity, message, labels) : foreign(message)}`;
}

function ofSeverity(severity: string, message: string, labels: ReadonlySet<string>): string {
  if (severity === 'STATEMENT' || severity === 'QUERY') return withoutValues(message, { numbers: true });
  const [, before, sql] = statement.exec(message) ?? [];
  if (before !== undefined && sql !== undefined) return before + withoutValues(sql, { numbers: true });
  if (/^duration: [\d.]+ ms +plan:/.test(message) || /^AUDIT:/.test(message))
    return `${message.split(/plan:|,/)[0]} ${VALUE}`;
  if (severity === 'CONTEXT') return context(message);
  if (severity === 'DETAIL' && /^\s*Process \d+: /m.test(message)) {
    return message
      .split('\n')
      .map((line) =>
        line.replace(
          /^(\s*Process \d+: )([^]*)$/,
          (_, who: string, sql: string) => who + withoutValues(sql, { numbers: true }),
        ),
      )
      .join('\n');
  }
  return plain(message, labels);
}

/** Where it happened: functions and line numbers stay, the statement loses its values, data goes. */
function context(message: string): string {
  return message
    .split(/\n(?=\t\S)/)
    .map((line) =>
      line
        .replace(
          /^(\s*(?:JSON data, line \d+|COPY \S+, line \d+(?:, column \S+)?|.*parameter \$\d+))\s*[:=][^]*$/,
          `$1: ${VALUE}`,
        )
        .replace(
          /^(\s*SQL (?:statement|expression) ")([^]*)(")$/,
          (_, open: string, sql: string, close: string) => open + withoutValues(sql, { numbers: true }) + close,
        )
        .replace(/^(\s*(?:while|unnamed|portal)\b[^"']*)["'][^]*$/, `$1${VALUE}`),
    )
    .join('\n');
}

/** A message: what is quoted stays where it is a name, and the columns of a key stay. */
function plain(message: string, labels: ReadonlySet<string>): string {
  const quoted = maskRowValues(message).replace(
    /"([^"]*)("|$)/g,
    (whole, content: string, _close: string, at: number, all: string) => {
      const before = all.slice(Math.max(0, at - 60), at + 1);
      if (labels.has(content) || ownWords.test(content)) return whole;
      return /^[^\s"]{1,63}$/.test(content) && named.test(before) && !/type [\w ]+: "$/.test(before)
        ? whole
        : `"${VALUE}"`;
    },
  );
  return withoutStrings(quoted.replace(/(application_name=)[^]*$/, `$1${VALUE}`));
}

/** Without what stands in single quotes; `doesn't` and `server's` are no strings. */
function withoutStrings(message: string): string {
  return message.replace(/(?<=\p{L})'(?=\p{L}{1,2}(?![\p{L}']))|'(?:[^']|'')*(?:'|$)/gu, (found) =>
    found === "'" ? '\u2019' : VALUE,
  );
}

/** In a language that is not known: nothing in quotes or brackets. */
function foreign(message: string): string {
  if (/^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|COPY|CREATE|ALTER|DO|CALL|MERGE)\b/i.test(message))
    return withoutValues(message, { numbers: true });
  return message.replace(/["'«»„“”‚‘’‹›「」][^]*["'«»„“”‚‘’‹›「」]|\([^]*\)/g, VALUE);
}
