import { describe, expect, it } from 'vitest';
import { commandLineTarget, findDirect } from '../../../src/detect/direct.js';
import { readDotenv } from '../../../src/detect/dotenv.js';
import { UpgradeError } from '../../../src/errors/error.js';
import { failureOf, machine } from './machine.js';

describe('commandLineTarget', () => {
  it('takes the whole address from the URL', async () => {
    const url = 'postgresql://doadmin:s3cret@db.example:25060/defaultdb?sslmode=require';
    expect(await commandLineTarget(url, machine().surroundings())).toEqual({
      kind: 'direct',
      source: '--database-url',
      host: 'db.example',
      port: 25060,
      database: 'defaultdb',
      user: 'doadmin',
      password: 's3cret',
      passwordFrom: '--database-url',
      ssl: { rejectUnauthorized: false },
      reason: '--database-url was given',
    });
  });

  it('fills in what is missing as libpq does', async () => {
    const from = machine().surroundings({}, { exists: () => false });
    expect(await commandLineTarget('postgresql://', from)).toMatchObject({
      host: 'localhost',
      port: 5432,
      user: 'someone',
      database: 'someone',
      ssl: 'prefer',
    });
    const set = machine().surroundings({ PGUSER: 'agent', PGPASSWORD: 'pw', PGPORT: '5433', PGSSLMODE: 'disable' });
    expect(await commandLineTarget('postgresql://h', set)).toMatchObject({
      port: 5433,
      user: 'agent',
      database: 'agent',
      password: 'pw',
      ssl: 'disable',
    });
  });

  it('takes the local socket where one exists, without TLS', async () => {
    const from = machine().surroundings({}, { platform: 'linux', exists: (path) => path === '/tmp/.s.PGSQL.5432' });
    expect(await commandLineTarget('postgresql:///yokeflow?sslmode=require', from)).toMatchObject({
      host: '/tmp',
      ssl: 'disable',
    });
  });

  it('takes the password and TLS of the same address from where it stands, and of no other', async () => {
    const on = machine();
    on.write('ca.pem', 'the root');
    const url = 'postgresql://agent@db.example:25060/defaultdb';
    for (const password of [':s3cret', '']) {
      const env = {
        DATABASE_URL: `postgresql://agent${password}@db.example:25060/defaultdb?sslmode=verify-full&sslrootcert=ca.pem`,
      };
      expect(await commandLineTarget(url, on.surroundings(env))).toMatchObject({
        source: '--database-url',
        ssl: { ca: 'the root' },
        reason: expect.stringMatching(/^--database-url was given; its (password|settings)/) as string,
      });
      expect((await commandLineTarget(url, on.surroundings(env))).password).toBe(password ? 's3cret' : undefined);
      // What is written out counts.
      expect(await commandLineTarget(`${url}?sslmode=disable`, on.surroundings(env))).toMatchObject({ ssl: 'disable' });
      for (const other of [
        url.replace('agent', 'other'),
        url.replace('25060', '25061'),
        url.replace('db.', 'db2.'),
        `${url}2`,
      ]) {
        expect(await commandLineTarget(other, on.surroundings(env))).toMatchObject({
          reason: '--database-url was given',
          ssl: 'prefer',
        });
        expect(await commandLineTarget(other, on.surroundings(env))).not.toHaveProperty('password');
      }
    }
  });

  it('takes the password of the same address where it is one of several', async () => {
    const from = machine().surroundings({
      DATABASE_URL: 'postgresql://agent:s3cret@h1:1,h2:2/yokeflow?target_session_attrs=primary&sslmode=require',
    });
    const target = await commandLineTarget('postgresql://agent@h2:2/yokeflow', from);
    expect(target).toMatchObject({ host: 'h2', port: 2, password: 's3cret', ssl: { rejectUnauthorized: false } });
    expect(Object.keys(target)).not.toEqual(expect.arrayContaining(['hosts']));
    expect(await commandLineTarget('postgresql://agent@h1:1,h2:2/yokeflow', from)).toMatchObject({
      hosts: [{ password: 's3cret' }, { password: 's3cret' }],
    });
    expect(await commandLineTarget('postgresql://agent@h2:1/yokeflow', from)).not.toHaveProperty('password');
  });

  it('refuses a port that is none', async () => {
    const error = await failureOf(UpgradeError, () =>
      commandLineTarget('postgresql://h/d?port=99999', machine().surroundings()),
    );
    expect(error).toMatchObject({ code: 'YF209', exitCode: 2 });
  });
});

describe('findDirect', () => {
  it('takes DATABASE_URL, then PG* variables, then .env', async () => {
    const on = machine();
    on.write('checkout/.env', 'DATABASE_URL=postgresql://agent@from-file/yokeflow\n');
    const pg = { PGHOST: 'from-variables' };
    const url = { DATABASE_URL: 'postgresql://agent@from-url/yokeflow' };
    expect((await findDirect('checkout', on.surroundings({ ...pg, ...url }))).target).toMatchObject({
      host: 'from-url',
      source: 'DATABASE_URL',
    });
    expect((await findDirect('checkout', on.surroundings(pg))).target).toMatchObject({
      host: 'from-variables',
      source: 'PG* variables',
    });
    expect((await findDirect('checkout', on.surroundings())).target).toMatchObject({
      host: 'from-file',
      source: `${on.home}/checkout/.env`,
    });
  });

  it('does not fall through from a DATABASE_URL that cannot be read', async () => {
    const on = machine();
    on.write('.env', 'DATABASE_URL=postgresql://agent@from-file/yokeflow\n');
    const found = await findDirect('.', on.surroundings({ DATABASE_URL: 'postgresql://agent:s3cret@h:x/d' }));
    expect(found.target).toBeUndefined();
    expect(found.attempts).toMatchObject([{ tried: 'DATABASE_URL' }]);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  it('names every place when nothing is set', async () => {
    const on = machine();
    const { target, attempts } = await findDirect('.', on.surroundings({ PGUSER: 'agent' }));
    expect(target).toBeUndefined();
    expect(attempts.map((a) => a.tried)).toEqual(['DATABASE_URL', 'PG* variables', `${on.home}/.env`]);
    expect(attempts[2]?.failed).toContain('no .env there');
  });

  it('makes the connection of POSTGRES_* alone, with the defaults of the image, and only where nothing else names one', async () => {
    const on = machine();
    const find = async (text: string, env: Record<string, string> = {}) => {
      const path = on.write('.env', text);
      return { ...(await findDirect('.', on.surroundings(env))), path };
    };
    const { target, path, isGuessed } = await find('POSTGRES_PASSWORD=s3cret\nPOSTGRES_USER=agent\n');
    expect(target).toMatchObject({
      source: path,
      host: 'localhost',
      port: 5432,
      user: 'agent',
      database: 'agent',
      password: 's3cret',
      passwordFrom: path,
      reason: `found in ${path}, by its POSTGRES_* variables`,
    });
    expect(isGuessed).toBe(true);
    const whole = 'POSTGRES_HOST=db\nPOSTGRES_PORT=5433\nPOSTGRES_DB=yokeflow\nPOSTGRES_PASSWORD=x\n';
    expect(await find(whole)).toMatchObject({
      isGuessed: false,
      target: { host: 'db', port: 5433, user: 'postgres', database: 'yokeflow' },
    });
    // As for every reader of .env, the environment counts more.
    expect(await find(whole, { POSTGRES_PORT: '5434' })).toMatchObject({ target: { port: 5434 } });
    expect(await find(`${whole}DATABASE_URL=postgresql://a@h/d\n`)).toMatchObject({ target: { host: 'h' } });
    expect((await find('POSTGRES_PASSWORD=x\n')).target).toBeUndefined();
  });

  it('takes certificate files of a .env from the folder beside it', async () => {
    const on = machine();
    on.write('checkout/ca.pem', 'the root');
    on.write('checkout/.env', 'DATABASE_URL="postgresql://a@h/d?sslmode=verify-full&sslrootcert=ca.pem"');
    expect((await findDirect('checkout', on.surroundings())).target).toMatchObject({ ssl: { ca: 'the root' } });
  });
});

describe('readDotenv', () => {
  it('reads what python-dotenv reads', () => {
    const text = [
      '\uFEFFNAME=yokeflow',
      'export DATABASE_URL=postgresql://agent:p#q@h/${NAME}?a=${NOT_SET:-b} # a comment',
      "PGPASSWORD='a # b'",
      'PGHOST=db # the host',
      'OTHER="two\nlines"',
      'PGUSER=${FROM_ENV}',
    ].join('\r\n');
    expect(readDotenv(text, { FROM_ENV: 'agent' })).toMatchObject({
      DATABASE_URL: 'postgresql://agent:p#q@h/yokeflow?a=b',
      PGPASSWORD: 'a # b',
      PGHOST: 'db',
      PGUSER: 'agent',
    });
  });

  it.each<[string, string, string | undefined]>([
    ['a tab before the =', 'A\t=\tx', 'x'],
    ['a blank on both sides', 'A = x', 'x'],
    ['export', '  export  A=x', 'x'],
    ['a # in it', 'A=p#q', 'p#q'],
    ['a comment behind it', 'A=x # y', 'x'],
    ['a comment behind a tab', 'A=x\t# y', 'x'],
    ['a comment behind quotes', 'A="x # z" # y', 'x # z'],
    ['a name in quotes', "'A'=x", 'x'],
    ['a name without a value', 'A', undefined],
    ['nothing', 'A=', ''],
    ['quotes in double quotes', String.raw`A="say \"hi\" \\ there"`, String.raw`say "hi" \ there`],
    ['a backslash that means nothing', String.raw`A="a\d"`, String.raw`a\d`],
    ['escapes in double quotes', String.raw`A="a\nb\tc"`, 'a\nb\tc'],
    ['escapes without quotes', String.raw`A=a\nb`, String.raw`a\nb`],
    ['a quote in single quotes', String.raw`A='Let\'s go \n'`, String.raw`Let's go \n`],
    ['several lines', 'A="a\n B=no\nc"', 'a\n B=no\nc'],
    ['quotes that do not end', 'A=1\nA="x', '1'],
    ['a quote in the middle', "A=it's", "it's"],
    ['something behind quotes', 'A=1\nA="x"y', '1'],
    ['${B}, from the environment', 'A=<${FROM_ENV}>', '<env>'],
    ['${C}, from an earlier line', 'C=1\nA=<${C}>\nC=2', '<1>'],
    ['${C}, from a later line', 'A=<${C}>\nC=2', '<>'],
    ['${B} in single quotes', "A='<${FROM_ENV}>'", '<env>'],
    ['a default', 'A=${NOBODY:-x}', 'x'],
    ['a default for what is empty', 'C=\nA=<${C:-x}>', '<>'],
    ['a default that is not needed', 'A=${FROM_ENV:-x}', 'env'],
    ['$B', 'A=pa$FROM_ENV', 'pa$FROM_ENV'],
    ['two $', 'A=a$$B', 'a$$B'],
    ['${B-x}, which is another name', 'A=<${FROM_ENV-x}>', '<>'],
    ['what the environment sets as well', 'FROM_ENV=file\nA=${FROM_ENV}', 'env'],
    ['the last of two', 'A=1\nA=2', '2'],
  ])('reads %s', (_, text, expected) => {
    for (const end of ['\n', '\r\n', '\r']) {
      const values = readDotenv(`# A=no\n${text}\nB=b\n`.replaceAll('\n', end), { FROM_ENV: 'env' });
      const { A } = values;
      expect({ A: A?.replaceAll(end, '\n'), B: values['B'] }).toEqual({ A: expected, B: 'b' });
    }
  });
});
