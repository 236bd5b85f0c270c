import type { Explanations } from './explanation.js';

/** What in the database could make our statements mean something else, or see less than there is. */
export const untrusted = {
  YF315: {
    title: 'A setting of the session cannot be made',
    meaning:
      'Every session of this program decides the settings that change what a statement means: how rows are hidden, how names are looked up, what a transaction sees. ' +
      'One of them is set otherwise for this role, this database or the server, and only a superuser may set it. The message names it.',
    causes: [
      'ALTER DATABASE … SET or ALTER ROLE … SET, for example of session_replication_role, which switches off triggers and foreign keys.',
      'A setting in the configuration of the server.',
    ],
    remedy: [
      'See what is set for databases and roles, in psql: `\\drds`',
      'Let a superuser take it out: `ALTER DATABASE NAME RESET SETTING;` or `ALTER ROLE NAME RESET SETTING;`',
      'Or connect as a role for which it is not set: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF316: {
    title: "Another role's object would be called in the place of PostgreSQL's own",
    meaning:
      "In the schema of YokeFlow's tables a role has made an operator, or a function with the name of one of PostgreSQL's own. PostgreSQL prefers it where its argument types fit better, " +
      "and then that role's code runs with the rights of the role that you connected as. So nothing is run in that schema.",
    causes: [
      'The role wants rights that it does not have (CVE-2018-1058).',
      'A fork has operators of its own, and you connected as a role with more rights than its owner.',
    ],
    remedy: [
      'See who may make objects there, in psql: `\\dn+ public`',
      'Drop what nobody needs, as the message names it: `DROP OPERATOR …;` or `DROP FUNCTION …;`',
      'Keep it from coming back: `REVOKE CREATE ON SCHEMA public FROM PUBLIC;`',
      'If you need it, connect as its owner: `yokeflow-upgrade upgrade --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF317: {
    title: "Row security hides rows of YokeFlow's tables",
    meaning:
      'A table has row-level security, and the role that does the work is subject to its policies. What it counts, copies or moves would lack the rows that they hide, so it does not begin.',
    causes: [
      'ALTER TABLE … FORCE ROW LEVEL SECURITY, which holds for the owner too.',
      'ALTER TABLE … ENABLE ROW LEVEL SECURITY, and the role does not own the table.',
    ],
    remedy: [
      "Lift it for the time of the run, as the table's owner, in psql: `ALTER TABLE NAME NO FORCE ROW LEVEL SECURITY;`",
      'Run the command again: `yokeflow-upgrade upgrade`',
      'Put it back: `ALTER TABLE NAME FORCE ROW LEVEL SECURITY;`',
    ],
  },
} satisfies Explanations;
