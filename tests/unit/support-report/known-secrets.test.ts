import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../../src/machine/surroundings.js';
import { learnAddress, learnSurroundings, learnVariables } from '../../../src/support-report/sources/known-secrets.js';
import { Redactor } from '../../../src/support-report/redaction/redactor.js';

function shown(text: string, learn: (redactor: Redactor) => void): string {
  const redactor = new Redactor();
  learn(redactor);
  return redactor.finish(redactor.text(text)).report;
}

const machine = (env: Record<string, string>, files: Record<string, string> = {}): Surroundings => ({
  env,
  home: '/home/alice',
  platform: 'linux',
  cwd: '/srv/yokeflow',
  userName: 'alice',
  exists: (path) => path in files,
  readText: (path) => files[path] ?? '',
  list: () => [],
  modeOf: () => undefined,
});

describe('what is known to be secret beforehand', () => {
  it.each([
    ['POSTGRES_PASSWORD', 'plainword'],
    ['PGPASSWORD', 'correct horse'],
    ['SLACK_TOKEN', 'abcdefgh'],
    ['ANTHROPIC_API_KEY', 'zzz-yyy'],
    ['JWT_SECRET', 'swordfish'],
    ['ENCRYPTION_KEY', 'abc123def456'],
    ['DB_PASSWD', 'zq'],
  ])('is the value of %s', (name, value) => {
    expect(shown(`it is ${value} here`, (r) => learnVariables(r, { [name]: value }, 'here'))).toBe(
      'it is [password 1] here',
    );
  });

  it.each([
    ['POSTGRES_HOST_AUTH_METHOD', 'trust'],
    ['POSTGRES_PASSWORD_FILE', '/run/secrets/password'],
    ['MAX_TOKENS', '4096'],
    ['KEYBOARD', 'us123456'],
    ['PWD', '/srv/here'],
    ['SSH_AUTH_SOCK', '/tmp/agent.1'],
    ['PATH', '/usr/bin'],
    ['TOKEN_ENABLED', 'true'],
  ])('is not the value of %s', (name, value) => {
    expect(shown(`it is ${value} here`, (r) => learnVariables(r, { [name]: value }, 'here'))).toBe(
      `it is ${value} here`,
    );
  });

  it('are password, host and login of a connection string, also of one that cannot be read', () => {
    const text = 'pa@ss/w#1x, pa%40ss%2Fw%231x, db-host-1 and carla';
    for (const url of [
      'postgresql://carla:pa%40ss%2Fw%231x@db-host-1:5432/x',
      'postgresql://carla:pa@ss/w#1x@db-host-1/x',
      "host=db-host-1 user=carla password='pa@ss/w#1x'",
    ]) {
      const result = shown(text, (r) => learnVariables(r, { DATABASE_URL: url, PGUSER: 'carla' }, 'here'));
      expect(result).toBe('[password 1], [password 1], [host 1] and [user 1]');
    }
    expect(shown('pa55word', (r) => learnAddress(r, 'postgresql://h/d?password=pa55word'))).toBe('[password 1]');
  });

  it('is told by where it was found, so that equal ones can be seen', () => {
    const redactor = new Redactor();
    learnVariables(
      redactor,
      {
        PGPASSWORD: 'one of them',
        POSTGRES_PASSWORD: 'postgres',
        DATABASE_URL: 'postgresql://agent:one%20of%20them@h/d',
        OTHER: 'x',
      },
      'in the environment',
    );
    learnVariables(redactor, { POSTGRES_PASSWORD: 'postgres', DB_PASSWORD: '' }, 'in the container');
    expect(redactor.finish(redactor.passwords()).report).toEqual([
      { where: 'PGPASSWORD in the environment', password: '[password 1]' },
      { where: 'POSTGRES_PASSWORD in the environment', password: '[password 2]' },
      { where: 'DATABASE_URL in the environment', password: '[password 1]' },
      { where: 'POSTGRES_PASSWORD in the container', password: '[password 2]' },
    ]);
  });

  it('are the passwords of .env and ~/.pgpass, the name of the machine and who is logged in', () => {
    const files = {
      '/srv/yokeflow/.env': 'DB_PASSWORD="from dotenv"\nWEBHOOK_SECRET=hook-secret\nNOTE=harmless',
      '/home/alice/.pgpass': '# a comment\npg1:5432:*:bob:with\\:colon\n*:*:*:*:last-one',
    };
    const text = 'from dotenv, hook-secret, harmless, with:colon, last-one, pg1, bob, alice, build7, build7.corp.lan';
    expect(shown(text, (r) => learnSurroundings(r, machine({}, files), 'build7.corp.lan', '/srv/yokeflow/.env'))).toBe(
      '[password 1], [password 2], harmless, [password 3], [password 4], [host 1], [user 1], [user 2], [host 2], [host 3]',
    );
  });
});
