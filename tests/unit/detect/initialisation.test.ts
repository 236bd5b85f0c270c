import { expect, it } from 'vitest';
import { initialisationOf, initialisedDatabase, mountedSchemaFiles } from '../../../src/detect/initialisation.js';

const folder = {
  Type: 'bind',
  Source: '/home/me/yokeflow/schema/postgresql',
  Destination: '/docker-entrypoint-initdb.d',
};
const data = { Type: 'volume', Source: '/var/lib/docker/volumes/x/_data', Destination: '/var/lib/postgresql/data' };

it('reads the script that stopped the first start, in whatever language the server speaks', () => {
  const log = [
    '/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/011_paused_sessions.sql',
    'CREATE TYPE',
    'psql:/docker-entrypoint-initdb.d/011_paused_sessions.sql:14: FEHLER:  Relation »sessions« existiert nicht',
    'PostgreSQL Database directory appears to contain a database; Skipping initialization',
  ].join('\n');
  expect(initialisationOf([data, folder], log)).toEqual({
    mounted: [folder],
    stopped: { script: '011_paused_sessions.sql', line: 14, message: 'Relation »sessions« existiert nicht' },
  });
  // Another data folder was filled since, by the same container.
  const again = `${log}\nPostgreSQL init process complete; ready for start up.`;
  expect(initialisationOf([data, folder], again)).toEqual({ mounted: [folder] });
  expect(initialisationOf([data, folder], 'database system is ready')).toEqual({ mounted: [folder] });
  expect(initialisationOf([data], 'ERROR:  relation "sessions" does not exist')).toBeUndefined();
  expect(initialisationOf(undefined, '')).toBeUndefined();
});

it.each([
  [['POSTGRES_USER=agent', 'POSTGRES_DB=flow'], 'flow'],
  [['POSTGRES_USER=agent', 'POSTGRES_DB='], 'agent'],
  [['POSTGRES_DB_FILE=/run/secrets/db'], undefined],
  [['POSTGRES_USER_FILE=/run/secrets/user'], undefined],
  [[], 'postgres'],
  [null, 'postgres'],
])('knows which database a first start fills by %j', (env, database) => {
  expect(initialisedDatabase(env)).toBe(database);
});

it.each([
  [[data, folder], ['/home/me/yokeflow/schema/postgresql/schema.sql']],
  [[{ ...folder, Source: '/host_mnt/Users/me/yokeflow/schema' }], ['/Users/me/yokeflow/schema/schema.sql']],
  [
    [{ Type: 'bind', Source: '/srv/y/schema.sql', Destination: '/docker-entrypoint-initdb.d/00-schema.sql' }],
    ['/srv/y/schema.sql'],
  ],
  [[{ ...folder, Type: 'volume' }], []],
  [undefined, []],
])('finds the schema file of the checkout behind %j', (mounts, files) => {
  expect(mountedSchemaFiles(mounts)).toEqual(files);
});
