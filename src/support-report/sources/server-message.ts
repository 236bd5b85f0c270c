import type { Check } from '../../engine/verify.js';
import { visibleLines } from '../../inert/visible.js';
import { redactText } from '../../redaction/redact.js';
import { isOwnName } from '../redaction/own-words.js';
import { say, type Redacted } from '../redaction/redacted.js';
import type { Redactor } from '../redaction/redactor.js';

/**
 * Messages of PostgreSQL that matter to support, as its source has them (its files `po/*.pot` list all of them), and those of Docker
 * and the image. `{name}` is shown where it is a name of YokeFlow's, `{user}` and `{host}` as they may be, `{number}` as it is; of
 * `{value}` nothing.
 */
const forms = `
column "{name}" of relation "{name}" does not exist
column "{name}" of relation "{name}" already exists
column {name} does not exist
column "{name}" does not exist
relation "{name}" does not exist
relation "{name}" already exists
function {name}({value}) does not exist
type "{name}" does not exist
type "{name}" already exists
schema "{name}" does not exist
database "{name}" does not exist
database "{name}" already exists
role "{user}" does not exist
role "{user}" already exists
role "{user}" is not permitted to log in
constraint "{name}" of relation "{name}" does not exist
trigger "{name}" for relation "{name}" already exists
permission denied for {word} {name}
permission denied for database "{name}"
must be owner of {word} {name}
duplicate key value violates unique constraint "{name}"
insert or update on table "{name}" violates foreign key constraint "{name}"
update or delete on table "{name}" violates foreign key constraint "{name}" on table "{name}"
new row for relation "{name}" violates check constraint "{name}"
null value in column "{name}" of relation "{name}" violates not-null constraint
Key ({name})=({value}) already exists.
Key ({name})=({value}) is not present in table "{name}".
Key ({name})=({value}) is still referenced from table "{name}".
Failing row contains ({value}).
invalid input syntax for type {name}: "{value}"
invalid input value for enum {name}: "{value}"
inconsistent types deduced for parameter \${number}
could not determine data type of parameter \${number}
operator does not exist: {value}
syntax error at or near "{value}"
syntax error at end of input
record "{name}" has no field "{name}"
column "{name}" is of type {name} but expression is of type {name}
missing FROM-clause entry for table "{name}"
there is no unique or exclusion constraint matching the ON CONFLICT specification
division by zero
it has no effect
a trigger or rule keeps new rows out
value too long for type {value}
cannot execute {words} in a read-only transaction
current transaction is aborted, commands ignored until end of transaction block
deadlock detected
could not serialize access due to {words}
could not obtain lock on relation "{name}"
canceling statement due to lock timeout
canceling statement due to statement timeout
canceling statement due to user request
terminating connection due to administrator command
terminating connection due to idle-in-transaction timeout
PL/pgSQL function {name}({value}) line {number} at {words}
password authentication failed for user "{user}"
no pg_hba.conf entry for host "{host}", user "{user}", database "{name}", no encryption
no pg_hba.conf entry for host "{host}", user "{user}", database "{name}", SSL encryption
no password supplied
sorry, too many clients already
remaining connection slots are reserved for {words}
too many connections for {word} "{user}"
could not receive data from client: Connection reset by peer
unexpected EOF on client connection with an open transaction
out of memory
out of shared memory
could not write to file "{value}": No space left on device
could not extend file "{value}": No space left on device
could not resize shared memory segment "{value}" to {number} bytes: No space left on device
could not open file "{value}": No such file or directory
could not open file "{value}": Permission denied
could not bind IPv4 address "{host}": Address already in use
invalid page in block {number} of relation {value}
database files are incompatible with server
data directory "{value}" has invalid permissions
lock file "postmaster.pid" already exists
starting PostgreSQL {number} on {value}
listening on IPv4 address "{host}", port {number}
listening on IPv6 address "{host}", port {number}
listening on Unix socket "{value}"
database system was shut down at {time}
database system was interrupted; last known up at {time}
database system was not properly shut down; automatic recovery in progress
database system is starting up
database system is shutting down
database system is ready to accept connections
database system is ready to accept read-only connections
database system is shut down
the database system is starting up
the database system is shutting down
the database system is not yet accepting connections
the database system is in recovery mode
redo starts at {value}
redo done at {value}
received smart shutdown request
received fast shutdown request
received immediate shutdown request
aborting any active transactions
background worker "{value}" (PID {number}) exited with exit code {number}
server process (PID {number}) was terminated by signal {number}: {words}
terminating any other active server processes
all server processes terminated; reinitializing
checkpoint starting: {words}
checkpoint complete: {value}
PostgreSQL init process complete; ready for start up.
PostgreSQL Database directory appears to contain a database; Skipping initialization
Error: Database is uninitialized and superuser password is not specified.
{value}: running /docker-entrypoint-initdb.d/{file}
{value}port is already allocated
{value}no space left on device
{value}permission denied
`;

/** A message that is longer, in characters, has no known form. */
const LONGEST = 2000;

/** What each blank of a form takes. */
const blanks: Readonly<Record<string, string>> = {
  name: '[^"()]{1,200}',
  user: '[^"]{1,64}',
  host: '[^"]{1,255}',
  number: '[0-9.]{1,20}',
  word: '[a-z]{1,20}',
  words: "[A-Za-z' -]{1,60}",
  time: '[0-9]{4}-[0-9:. -]{1,22} [A-Z]{1,5}',
  file: '[\\w.-]{1,100}',
  value: '[^]*',
};

const compiled = forms
  .trim()
  .split('\n')
  .map((form) => ({
    form,
    kinds: [...form.matchAll(/\{(\w+)\}/g)].map(([, kind = '']) => kind),
    pattern: new RegExp(
      `^${form.replace(/[\\^$.*+?()[\]|/]/g, '\\$&').replace(/\{(\w+)\}/g, (_, kind: string) => `(${blanks[kind]})`)}(?: at character \\d{1,9})?$`,
    ),
  }));

/** What stands for a message that has none. */
export const UNKNOWN_FORM = say`[message]`;

/** A message in its known form, without what it quotes of rows and statements; undefined where it has none. */
export function knownForm(message: string, redactor: Redactor): Redacted | undefined {
  if (message.length > LONGEST) return undefined;
  for (const { form, kinds, pattern } of compiled) {
    const [whole, ...found] = pattern.exec(message) ?? [];
    if (whole === undefined) continue;
    let next = 0;
    return form.replace(/\{\w+\}/g, () => {
      const [kind, text] = [kinds[next] ?? '', found[next++] ?? ''];
      if (kind === 'user') return redactor.user(text);
      if (kind === 'host') return redactor.host(text);
      if (kind === 'number' || kind === 'time') return text;
      return kind !== 'value' && isOwnName(text) ? redactor.text(text) : kind === 'name' ? '[name]' : '[value]';
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
    // The system's own codes, such as EPERM, have no digit.
    if (/^(?=.*\d)[0-9A-Z]{5}$/.test(sqlState ?? String(code))) learn([at.message, detail, hint], redactor);
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
