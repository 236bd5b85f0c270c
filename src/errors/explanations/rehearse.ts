import type { Explanations } from './explanation.js';

/** What can keep a rehearsal from being one, and what it can find. */
export const rehearsal = {
  YF347: {
    title: 'Your role may not make a copy to rehearse on',
    meaning:
      'A rehearsal copies the whole database to a scratch one on the same server. To make a database a role needs CREATEDB.',
    remedy: [
      'Let a superuser run, in psql: `ALTER ROLE agent CREATEDB` (with the name of your role)',
      'Or go without: the upgrade itself is gone through once and rolled back before it is committed. `yokeflow-upgrade upgrade`',
    ],
  },
  YF512: {
    title: 'The copy to rehearse on could not be made',
    meaning:
      'Somebody is connected to the database, or it is large, so it is copied by pg_dump and pg_restore, and pg_restore gave up. The copy was dropped.',
    causes: [
      'A role that owns an object of the database is missing on the server.',
      "The server's disk is full.",
      'An extension refuses to be restored by this role.',
    ],
    remedy: [
      'Mend what pg_restore names, then: `yokeflow-upgrade rehearse`',
      'Or stop YokeFlow: where nobody is connected PostgreSQL copies a small database itself. `yokeflow-upgrade rehearse`',
    ],
  },
  YF513: {
    title: 'The rehearsal failed',
    meaning:
      'The upgrade was gone through on a copy of your database, with your rows, and failed there. The message names the code under which it failed. The copy was dropped.',
    remedy: [
      'See what that code means: `yokeflow-upgrade explain CODE`',
      'Mend what the message names, then: `yokeflow-upgrade rehearse`',
    ],
  },
} satisfies Explanations;
