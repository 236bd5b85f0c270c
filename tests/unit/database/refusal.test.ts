import { describe, expect, it } from 'vitest';
import { refusalByFacts } from '../../../src/database/container-facts.js';
import { NoPassword } from '../../../src/database/login.js';
import { NotPostgres } from '../../../src/database/not-postgres.js';
import { refusalOf } from '../../../src/database/refusal.js';
import type { Refusal } from '../../../src/database/refusal-cause.js';
import { refusalInText } from '../../../src/database/refusal-text.js';

const attempted = { user: 'agent', database: 'yokeflow', wasAsked: false };

/** The rest of them comes from real servers, in tests/e2e/connection-causes.test.ts. */
describe('refusalOf', () => {
  it.each<[string, object, Refusal]>([
    [
      'a pooler that is full and sends no more than words',
      { code: '08P01', message: 'no more connections allowed (max_client_conn)' },
      'server-full',
    ],
    ['a pooler that does not know the user', { code: '08P01', message: 'no such user: agent' }, 'wrong-password'],
    [
      'a pooler that does not know the database',
      { code: '08P01', message: 'no such database: yokeflow' },
      'no-database',
    ],
    [
      'a database whose drop was interrupted',
      { code: '55000', routine: 'InitPostgres', message: 'x' },
      'database-invalid',
    ],
    ['a crash meanwhile', { code: '57P02', message: 'x' }, 'not-ready'],
    [
      'LDAP, PAM and RADIUS, which have no code of their own',
      { code: '28000', routine: 'auth_failed', message: 'x', wasAsked: true },
      'wrong-password',
    ],
    [
      'a client certificate',
      { code: '28000', routine: 'ClientAuthentication', message: 'connection requires a valid client certificate' },
      'other-proof',
    ],
    ['Kerberos', { message: 'Unknown authenticationOk message type 7' }, 'other-proof'],
    ['an error that nobody thought of', { code: 'XX000', message: 'tenant' }, 'refused'],
    [
      'a server that does not know the password itself',
      { message: 'SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match' },
      'refused',
    ],
    [
      'a host whose name speaks of TLS',
      { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND tls.example.com' },
      'silent',
    ],
    ['a certificate of another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'x' }, 'tls-failed'],
  ])('%s', (_, { wasAsked = false, ...error }: { wasAsked?: boolean; message?: string }, refusal) => {
    expect(refusalOf(Object.assign(new Error(error.message), error), { ...attempted, wasAsked })).toBe(refusal);
  });

  it('knows our own', () => {
    expect(refusalOf(new NoPassword(''), attempted)).toBe('no-password');
    expect(refusalOf(new NotPostgres('SSH-2.0'), attempted)).toBe('not-postgres');
  });
});

describe('refusalInText', () => {
  it.each<[string, Refusal]>([
    ['FATAL:  tut mir leid, schon zu viele Verbindungen', 'server-full'],
    ['FATAL:  désolé, trop de clients sont déjà connectés', 'server-full'],
    ['FATAL:  Rolle »agent« existiert nicht', 'unknown-role'],
    ['ВАЖНО:  для роли "agent" вход запрещён', 'may-not-log-in'],
    ['FATAL:  ロール"agent"からの接続が多すぎます', 'role-full'],
    ['FATAL:  Peer-Authentifizierung für Benutzer »agent« fehlgeschlagen', 'other-proof'],
    ['FATAL:  kein pg_hba.conf-Eintrag für Host »[local]«, Benutzer »agent«', 'not-admitted'],
    ['FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute', 'server-full'],
  ])('%s', (text, refusal) => {
    expect(
      refusalInText(
        `psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: ${text}`,
        attempted,
      ),
    ).toBe(refusal);
  });

  it('is not misled by a name', () => {
    const database = 'role "x" does not exist';
    expect(refusalInText(`FATAL:  database "${database}" does not exist`, { user: 'agent', database })).toBe(
      'no-database',
    );
  });
});

it.each<[string, Refusal | undefined]>([
  ['ready 1', 'not-ready'],
  ['ready 2', undefined],
  ['ready 0\nasks for a password', 'wrong-password'],
  ['ready 0\nbeside', 'no-database'],
  ['ready 0\nbeside\ndatabase|f|-1|t', 'database-closed'],
  ['ready 0\nbeside\ndatabase|t|-2|t', 'database-invalid'],
  ['ready 0\nbeside\ndatabase|t|5|t', 'database-full'],
  ['ready 0\nbeside\ndatabase|t|-1|f', 'may-not-connect'],
  ['ready 0\nbeside\ndatabase|t|-1|t', 'refused'],
  ['ready 0', 'refused'],
])('the facts %j', (facts, refusal) => {
  expect(refusalByFacts(facts)).toBe(refusal);
});
