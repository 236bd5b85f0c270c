import type { Check } from '../../inspection/check.js';
import { visibleLines } from '../../inert/visible.js';
import { redactText } from '../../redaction/redact.js';
import { isEverybodys, isOwnName, isOwnWord } from '../redaction/own-words.js';
import { say, type Redacted } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

/**
 * Messages of PostgreSQL that matter to support, as its source has them (its files `po/*.pot` list all of them), and those of Docker,
 * of the image and of this program's controls. `{a|b}` is one of these words. `{name}` and `{file}` are shown where they are YokeFlow's,
 * `{user}` and `{host}` as they may be, `{number}` and `{time}` as they are; of `{value}` nothing is.
 */
const forms = `
{column|relation|type|schema|database|trigger|index} "{name}" {does not exist|already exists}
{column|constraint} "{name}" of relation "{name}" {does not exist|already exists}
column {name} does not exist
function {name}({value}) does not exist
role "{user}" {does not exist|is not permitted to log in}
record "{name}" has no field "{name}"
permission denied for {table|view|sequence|schema|function|relation} {name}
permission denied for database "{name}"
must be owner of {table|view|sequence|schema|function|relation} {name}
duplicate key value violates unique constraint "{name}"
{insert or update|update or delete} on table "{name}" violates foreign key constraint "{name}"
update or delete on table "{name}" violates foreign key constraint "{name}" on table "{name}"
new row for relation "{name}" violates check constraint "{name}"
null value in column "{name}" of relation "{name}" violates not-null constraint
Key ({name})=({value}) {already exists|is duplicated}.
Key ({name})=({value}) {is not present in|is still referenced from} table "{name}".
Failing row contains ({value}).
invalid input {syntax for type|value for enum} {name}: "{value}"
inconsistent types deduced for parameter \${number}
column "{name}" is of type {name} but expression is of type {name}
syntax error at or near "{value}"
syntax error at end of input
deadlock detected
{canceling statement|terminating connection} due to {lock timeout|statement timeout|user request|administrator command|idle-in-transaction timeout}
current transaction is aborted, commands ignored until end of transaction block
PL/pgSQL function {name}({value}) line {number} at {name}
out of {memory|shared memory}
could not {write to|extend|open} file "{value}": {No space left on device|No such file or directory|Permission denied}
could not resize shared memory segment "{value}" to {number} bytes: No space left on device
password authentication failed for user "{user}"
no pg_hba.conf entry for host "{host}", user "{user}", database "{name}", {no encryption|SSL encryption}
sorry, too many clients already
database files are incompatible with server
data directory "{value}" has invalid permissions
starting PostgreSQL {number} {value}
listening on {IPv4|IPv6} address "{host}", port {number}
database system was {shut down|interrupted; last known up} at {time}
database system was not properly shut down; automatic recovery in progress
{database system|the database system} is {ready to accept connections|ready to accept read-only connections|starting up|shutting down|shut down|not yet accepting connections|in recovery mode}
received {smart|fast|immediate} shutdown request
server process (PID {number}) was terminated by signal {number}: {value}
PostgreSQL init process complete; ready for start up.
Error: Database is uninitialized and superuser password is not specified.
{value}: running /docker-entrypoint-initdb.d/{file}
{value}{port is already allocated|no space left on device|permission denied}
it has no effect
a trigger or rule keeps new rows out
`;

/** A message that is longer, in characters, has no known form. */
const LONGEST = 2000;

/** What each blank of a form takes. */
const blanks: Readonly<Record<string, string>> = {
  name: '[^"()]{1,200}',
  user: '[^"]{1,64}',
  host: '[^"]{1,255}',
  number: '[0-9.]{1,20}',
  time: '[0-9]{4}-[0-9:. -]{1,22} [A-Z]{1,5}',
  file: '[\\w.-]{1,100}',
  value: '[^]*',
};
const blank = /\{([^}]+)\}/g;

const compiled = forms
  .trim()
  .split('\n')
  .map((form) => {
    const kinds = [...form.matchAll(blank)].map(([, kind = '']) => kind);
    const parts = form
      .split(blank)
      .map((part, index) => (index % 2 ? `(${blanks[part] ?? part})` : part.replace(/[\\^$.*+?()[\]|]/g, '\\$&')));
    return { form, kinds, pattern: new RegExp(`^${parts.join('')}(?: at character \\d{1,9})?$`) };
  });

/** What stands for a message that has none. */
export const UNKNOWN_FORM = say`[message]`;

/** A message in its known form, without what it quotes of rows and statements; undefined where it has none. */
export function knownForm(message: string, redactor: Redactor): Redacted | undefined {
  if (message.length > LONGEST) return undefined;
  for (const { form, kinds, pattern } of compiled) {
    const [whole, ...found] = pattern.exec(message) ?? [];
    if (whole === undefined) continue;
    let next = 0;
    return form.replace(blank, () => {
      const [kind = '', text = ''] = [kinds[next], found[next++]];
      // What is named so in a message is looked for in others too, which a word of ours must not be.
      const isWord = isOwnWord(text) && !isEverybodys(text);
      if (kind === 'user') return isWord ? '[name]' : redactor.user(text);
      if (kind === 'host') return isWord ? '[name]' : redactor.host(text);
      if (kind === 'name' || kind === 'file') return isOwnName(text) ? redactor.text(text) : '[name]';
      return kind === 'value' ? '[value]' : text;
    }) as Redacted;
  }
  return undefined;
}

/**
 * From now on, what the server said stands in no text but in its known form: a trigger or a hook may say anything.
 * @param error with the errors that led to it
 */
export function learnMessages(error: unknown, redactor: Redactor): void {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { sqlState, code, detail, hint } = at as {
      sqlState?: string;
      code?: unknown;
      detail?: string;
      hint?: string;
    };
    // A SQLSTATE: EPERM is the system's own, and YF201 ours.
    if (/^(?=.*\d)[0-9FHPX][0-9A-Z]{4}$/.test(sqlState ?? String(code))) learn([at.message, detail, hint], redactor);
  }
}

/** What is before the message says in this program's words why a probe was not run; what is after it is the SQLSTATE. */
const probed = /^(?:(not probed, because )[^:]{1,200}: )?([^]*?)( \(SQLSTATE [0-9A-Z]{5}\))?$/;

/** The same for what the server said to the probes. */
export function learnProbes(checks: readonly Check[], redactor: Redactor): void {
  for (const { found } of checks) {
    const [, skipped, message, state] = probed.exec(found) ?? [];
    if (skipped !== undefined || state !== undefined) learn([message], redactor);
  }
}

function learn(texts: readonly (string | undefined)[], redactor: Redactor): void {
  for (const text of texts) {
    if (text === undefined) continue;
    const form = knownForm(text, redactor) ?? UNKNOWN_FORM;
    // Errors show it without passwords and inert.
    for (const one of [text, visibleLines(redactText(text))]) redactor.replace(one, form);
  }
}
