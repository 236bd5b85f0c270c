import { describe, expect, it } from 'vitest';
import { serviceSettings } from '../../../src/detect/service.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

describe('a connection service', () => {
  const read = (text: string | undefined, service = 'mine', env: Record<string, string> = {}) => {
    const on = machine();
    if (text !== undefined) on.write('.pg_service.conf', text);
    // Without a folder of its own it would meet the system's file.
    const from = on.surroundings({ PGSYSCONFDIR: `${on.home}/etc`, ...env });
    return serviceSettings(service, undefined, on.home, from);
  };

  it('is its first section of that name, and of two lines the first counts', () => {
    const settings = read(
      '\uFEFF# ours\n[other]\nport=1\n[mine]\r\n  host=h \nport=2\nport=3\n\n#no\npassword= a=b\n[more]\nuser=x\n[mine]\nuser=y\n',
    );
    expect(Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]))).toEqual({
      host: 'h',
      port: '2',
      password: ' a=b',
    });
    expect(settings['host']?.where).toMatch(/^service mine in .*\.pg_service\.conf$/);
  });

  it.each([
    ['is nowhere', undefined, /it is defined nowhere/],
    ['is not in the file', '[other]\nport=1\n', /it is defined nowhere/],
    ['refers to another', '[mine]\nservice=other\n', /refers to another service/],
    ['is kept on an LDAP server', '[mine]\nldap://dir.example/dc=x?password?one?(cn=s3cret)\n', /LDAP/],
    ['has a line that is no setting', '[mine]\nhost=h\ns3cret\n', /no setting/],
    ['has a keyword that is none', '[mine]\ns3cret=x\n', /names no parameter/],
  ])('that %s is an error with words of its own, and no line of it is shown', async (_, text, words) => {
    const error = await failureOf(UpgradeError, () => read(text));
    expect(error).toMatchObject({ code: 'YF231', exitCode: 2, message: expect.stringMatching(words) as string });
    expect(JSON.stringify([error.message, error.found, error.remedy])).not.toContain('s3cret');
  });

  it('whose file is a folder is one too', async () => {
    const on = machine();
    on.write('.pg_service.conf/x', '');
    expect(
      await failureOf(UpgradeError, () => serviceSettings('mine', undefined, on.home, on.surroundings())),
    ).toMatchObject({ code: 'YF231', found: [expect.stringContaining('it is a folder') as string] });
  });
});
