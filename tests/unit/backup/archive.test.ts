import { expect, it } from 'vitest';
import { readList } from '../../../src/backup/archive.js';

it('reads what pg_restore --list says of an archive', () => {
  const list = [
    ';',
    '; Archive created at 2026-11-23 02:45:28 UTC',
    ';     dbname: yoke flow',
    ';     TOC Entries: 120',
    ';     Compression: -1',
    ';     Dumped from database version: 15.18 (Debian 15.18-0+deb12u1)',
    ';     Dumped by pg_dump version: 15.18',
    ';',
    ';',
    '; Selected TOC Entries:',
    ';',
    '2; 3079 16385 EXTENSION - uuid-ossp ',
    '3567; 0 0 COMMENT - EXTENSION "uuid-ossp" ',
    '',
  ].join('\n');
  expect(readList(list)).toEqual({
    database: 'yoke flow',
    server: '15.18',
    made: '2026-11-23 02:45:28 UTC',
    entries: [
      { id: '2', what: 'EXTENSION - uuid-ossp ' },
      { id: '3567', what: 'COMMENT - EXTENSION "uuid-ossp" ' },
    ],
  });
});

it('makes nothing up where it says nothing', () => {
  expect(readList('')).toEqual({ database: undefined, server: undefined, made: undefined, entries: [] });
});
