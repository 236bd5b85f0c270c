import { rolledBack, type Explanations } from './explanation.js';

/** What ends a run, or a rehearsal, on the way. */
export const failed = {
  YF501: {
    title: 'PostgreSQL refused a statement',
    meaning:
      "A statement failed, and everything was rolled back. The message holds PostgreSQL's own words and, for a step, the place in its script.",
    causes: [
      'A session has more than one unresolved pause. As it is mended here, the release allows one.',
      "A table, view or function of your own has the name of one of YokeFlow's and another shape.",
      'Rows break a rule that YokeFlow has: a foreign key or a check.',
      'The server is out of disk space, somebody cancelled the statement, or your role may not read the table.',
    ],
    remedy: [
      'Mend what the message names.',
      'Then: `yokeflow-upgrade upgrade`',
      'To read the statement that failed in its place: `yokeflow-upgrade plan --sql`',
    ],
    changed: rolledBack,
  },
  YF502: {
    title: 'The upgrade was not shown to work, so it was not kept',
    meaning:
      'All steps ran. Then, before COMMIT, every check and probe was run inside the same transaction, and at least one failed. ' +
      "A probe uses YokeFlow's functions and views on sample rows that are rolled back.",
    causes: [
      'A trigger, a rule or a required column of your own stops what YokeFlow does.',
      "A view or function of your own stands in for one of YokeFlow's and works differently.",
    ],
    remedy: [
      'Read what the message says of each check that failed, and look at your own triggers, in psql: `\\d+ sessions`',
      'Switch off or mend what is in the way. Then: `yokeflow-upgrade upgrade`',
      'To read the probes: `yokeflow-upgrade plan --sql`',
    ],
    changed: rolledBack,
  },
  YF503: {
    title: 'The transaction was not committed',
    meaning:
      'The connection was lost before COMMIT, or PostgreSQL says that it rolled the transaction back. Either way there is no half of an upgrade.',
    causes: [
      'The server, the container or the network went away.',
      'Somebody ended the session on the server.',
      'The server ran out of memory or disk.',
    ],
    remedy: [
      'See that the server answers and what is there: `yokeflow-upgrade status`',
      'In a container, read what happened: `docker logs --tail 50 NAME`',
      'Then: `yokeflow-upgrade upgrade`',
    ],
    changed: rolledBack,
  },
  YF504: {
    title: 'It is not known whether the upgrade was committed',
    meaning:
      'The connection died around COMMIT, or the server stopped answering after it, and it could not be asked afterwards what became of the transaction. ' +
      'It was committed as a whole or not at all. The database is in order either way.',
    causes: ['The server, the container or the network went away at that very moment.'],
    remedy: [
      'Start the server if it is down: `docker start NAME`',
      'As soon as it answers, look: `yokeflow-upgrade status`',
      'If the release is there, prove that it works: `yokeflow-upgrade verify`',
      'If it is not: `yokeflow-upgrade upgrade`',
      'Do not restore a backup before you have looked.',
    ],
    changed:
      'Whether the database was changed is not known: it holds all of the upgrade, or nothing of it. `yokeflow-upgrade status` tells.',
  },
  YF505: {
    title: 'The database changed after the plan was made',
    meaning:
      'Under the lock the program looks once more. What is due now is not what was planned and confirmed, so it stopped.',
    causes: [
      'Another run of the upgrade finished in the meantime.',
      "Somebody ran one of YokeFlow's scripts, or changed a table.",
      'A rollback that gives up rows compares them with its backup: one was written in between, and would have been in neither.',
    ],
    remedy: ['See what is due now: `yokeflow-upgrade plan`', 'If that is what you want: `yokeflow-upgrade upgrade`'],
    changed: rolledBack,
  },
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
      'The upgrade was gone through on a copy of your database, with your rows, and did not hold there. The message names the code under which it failed. The copy was dropped.',
    remedy: [
      'See what that code means: `yokeflow-upgrade explain CODE`',
      'Mend what the message names, then: `yokeflow-upgrade rehearse`',
    ],
  },
} satisfies Explanations;
