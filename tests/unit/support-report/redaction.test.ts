import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';

/** What a report shows of these texts. */
function redacted(
  texts: readonly string[],
  prepare: (redactor: Redactor) => void = () => undefined,
  withHosts = false,
): readonly string[] {
  const redactor = new Redactor({ withHosts });
  prepare(redactor);
  return redactor.finish(texts.map((text) => redactor.text(text))).report;
}
const one = (text: string, prepare?: (redactor: Redactor) => void, withHosts?: boolean) =>
  redacted([text], prepare, withHosts)[0];

describe('a known secret', () => {
  const secret = `S3cret'w/o r$d@%2&:#?=é"\\<`;
  const spellings: Record<string, string> = {
    plain: secret,
    'in a URL': encodeURIComponent(secret),
    'in JSON': JSON.stringify(secret).slice(1, -1),
    'in SQL': secret.replaceAll("'", "''"),
    decomposed: secret.normalize('NFD'),
    'with colours in it': `S3cret\u001b[31m${secret.slice(6)}`,
  };
  it.each(Object.entries(spellings))('%s is masked as a whole', (_, spelling) => {
    expect(one(`before ${spelling} after`, (r) => r.knowSecret(secret))).toBe('before [password 1] after');
    expect(one(`xx${spelling}xx`, (r) => r.knowSecret(secret))).toBe('xx[password 1]xx');
  });

  it('of several lines is masked line by line too', () => {
    const key = 'first line of it\nsecond line of it';
    expect(redacted([key, 'second line of it'], (r) => r.knowSecret(key))).toEqual(['[password 1]', '[password 1]']);
  });

  it('that is short is masked where it stands alone, and words that every report has stay', () => {
    expect(one('pw is ab, and about', (r) => r.knowSecret('ab'))).toBe('pw is [password 1], and about');
    expect(one('role postgres of postgres:16', (r) => r.knowSecret('postgres'))).toBe('role postgres of postgres:16');
    expect(one('postgresql://agent:postgres@localhost/x', (r) => r.knowSecret('postgres'))).toBe(
      'postgresql://…@localhost/…',
    );
  });
});

describe('what looks like a secret', () => {
  it.each([
    ['sk-ant-api03-abcdefghijklmnop', '[token 1]'],
    ['key sk-proj-Abc123Abc123Abc123,', 'key [token 1],'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[token 1]'],
    ['github_pat_11ABCDEFG0aBcDeFgHiJkL', '[token 1]'],
    ['glpat-abcdefghij1234567890', '[token 1]'],
    ['xoxb-123456789012-abcdefghij', '[token 1]'],
    ['AKIAIOSFODNN7EXAMPLE', '[token 1]'],
    ['AVNS_abcdefghij12345', '[token 1]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def', '[token 1]'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [token 1]'],
    ['"authorization": "Basic YWdlbnQ6c2VjcmV0"', '"authorization": "Basic [token 1]"'],
    ['-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----', '[token 1]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIabc and cut', '[token 1]'],
    ['SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy', '[token 1]'],
    ['md5d41d8cd98f00b204e9800998ecf8427e', '[token 1]'],
    ['sha1 of it 0123456789abcdef0123456789abcdef01234567', 'sha1 of it [token 1]'],
    ['password=hunter2x next', 'password=[password 1] next'],
    ["password='hun ter' next", "password='[password 1]' next"],
    ['{"apiKey": "abc def"}', '{"apiKey": "[password 1]"}'],
    ['{\\"token\\":\\"abc123def\\"}', '{\\"token\\":\\"[password 1]"}'],
    ['POSTGRES_PASSWORD: hunter2x', 'POSTGRES_PASSWORD: [password 1]'],
    ['password="not closed', 'password="[password 1]'],
  ])('%s', (text, shown) => expect(one(text)).toBe(shown));

  it('but is a name, a number or a word is not', () => {
    for (const text of [
      'idx_paused_sessions_project_id_created_at_desc_fkey',
      'checkpoint_recoveries_checkpoint_id_fkey1',
      'postgres:16-alpine',
      'postgres@sha256:ab12',
      'input_tokens: 1234',
      'password authentication failed',
      "default 'local'::deployment_status",
      '1.4.0',
      '16.4',
      'task-12345678',
      'disk-123456789012',
    ])
      expect(one(text)).toBe(text);
  });
});

describe('addresses', () => {
  it.each([
    [
      'postgresql://agent:pa%40ss@db.example.com:5432/yokeflow?sslmode=require&user=bob&application_name=x',
      'postgresql://…@[host 1]:5432/…',
    ],
    ['postgresql://agent:pa@ss/w@db/yokeflow', 'postgresql://…@[host 1]/…'],
    ['postgresql://db1:cut-off#word,db2:5432/x', 'postgresql://[host 1]/…'],
    ['redis://:pass1234@cache:6379', 'redis://…@[host 1]:6379'],
    ['ssh://alice@build.example', 'ssh://…@[host 1]'],
    ['https://hooks.slack.com/services/T000/B000/XXXX', '[webhook 1]'],
    ['https://discord.com/api/webhooks/1/abc and https://chat.example.org/hooks/xyz', '[webhook 1] and [webhook 2]'],
    ['see https://www.postgresql.org/docs/16/ddl.html.', 'see https://www.postgresql.org/docs/16/ddl.html.'],
    ['https://intern.example.org/a/secret/path?x=1', 'https://[host 1]/…'],
    ['mail alice@example.com or alice%40example.com', 'mail [e-mail 1] or [e-mail 1]'],
    ['alice@laptop', '[e-mail 1]'],
    ['yokeflow-upgrade-1a2b3c4d@laptop:123', 'yokeflow-upgrade-1a2b3c4d@[host 1]:123'],
    ['connect ECONNREFUSED 10.0.0.5:5432 and 10.0.0.5', 'connect ECONNREFUSED [host 1]:5432 and [host 1]'],
    ['fe80::1%eth0, 2001:db8::5 and ::1', '[host 1], [host 2] and ::1'],
    ['could not translate host name "db" to address', 'could not translate host name "[host 1]" to address'],
    ['getaddrinfo ENOTFOUND db', 'getaddrinfo ENOTFOUND [host 1]'],
    ['db.firma.de and firma.de and build7.local', '[host 1] and [host 2] and [host 3]'],
    ['unix:///var/run/docker.sock, localhost and 127.0.0.1', 'unix:///var/run/docker.sock, localhost and 127.0.0.1'],
    ['{"url":"postgresql://a1:b2c3@h/db","other":"x@y.org"}', '{"url":"postgresql://…@[host 1]"}'],
    ['3d2f9a60-0000-4000-8000-123456789012', '[id 1]'],
  ])('%s', (text, shown) => expect(one(text)).toBe(shown));

  it('are shown with --with-hosts, and what logs in there is not', () => {
    expect(one('postgresql://alice:pa55word@db.example.com/x at 10.0.0.5, alice@example.com', undefined, true)).toBe(
      'postgresql://…@db.example.com/… at 10.0.0.5, [e-mail 1]',
    );
  });

  it('columns are none', () => {
    const text = 'sessions.id, public.sessions.name, projects.name, orders.is';
    expect(one(text, (r) => r.knowRelations(['orders']))).toBe(text);
  });

  it('a machine that is known is masked as a word', () => {
    expect(one('buildbox:5432 and BUILDBOX but not buildboxes', (r) => r.knowHost('buildbox'))).toBe(
      '[host 1]:5432 and [host 1] but not buildboxes',
    );
  });
});

describe('a definition of the catalog', () => {
  it("has no strings but YokeFlow's own", () => {
    const redactor = new Redactor();
    const text = "status: 'paused'::session_status, owner's default 'https://x.firma.de/it''s', note 'My note'";
    expect(redactor.definition(text)).toBe("status: 'paused'::session_status, owner's default [value], note [value]");
  });
});

describe('a mask in a text from outside', () => {
  it('is not taken for one', () => {
    expect(one('[password 1], [value] and pw1-secret', (r) => r.knowSecret('pw1-secret'))).toBe(
      '(password 1), (value) and [password 1]',
    );
  });
});

describe('people', () => {
  it.each([
    ['/home/alice/yokeflow/.env', '/home/[user 1]/yokeflow/.env'],
    ['unix:///home/alice/.docker/run/docker.sock', 'unix:///home/[user 1]/.docker/run/docker.sock'],
    ['/Users/bob smith/x', '/Users/[user 1]/x'],
    ['C:\\Users\\alice\\yokeflow', 'C:\\Users\\[user 1]\\yokeflow'],
    ['"C:\\\\Users\\\\alice\\\\x"', '"C:\\\\Users\\\\[user 1]\\\\x"'],
    ['/mnt/c/Users/alice', '/mnt/c/Users/[user 1]'],
    ['role "agent" and role "pg_monitor"', 'role "agent" and role "pg_monitor"'],
    ['/root/x and /home/node/y', '/root/x and /home/node/y'],
  ])('%s', (text, shown) => expect(one(text)).toBe(shown));

  it('and machines that are fields of their own are masked like those in texts', () => {
    const redactor = new Redactor();
    const draft = [
      redactor.user('alice'),
      redactor.text('/home/alice'),
      redactor.host('Db1'),
      redactor.text('at db1:5432'),
      redactor.user('postgres'),
      redactor.host('/var/run/postgresql'),
      redactor.host('localhost'),
    ];
    expect(redactor.finish(draft).report).toEqual([
      '[user 1]',
      '/home/[user 1]',
      '[host 1]',
      'at [host 1]:5432',
      'postgres',
      '/var/run/postgresql',
      'localhost',
    ]);
  });

  it('that are known are masked wherever they stand, under one number', () => {
    expect(redacted(['owner is alice', '/home/alice/x', 'alices'], (r) => r.knowUser('alice'))).toEqual([
      'owner is [user 1]',
      '/home/[user 1]/x',
      'alices',
    ]);
  });
});
