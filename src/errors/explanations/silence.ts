import { rolledBack, type Explanations } from './explanation.js';

/** Waits that came to an end without an answer. */
export const silence = {
  YF223: {
    title: 'The server let us in and then stopped answering',
    meaning:
      'The connection and the login came about, a query was sent, and for about 10 seconds neither that connection nor a second one got an answer.',
    causes: [
      "The container is paused, or the server's processes are stopped.",
      'Something between here and the server swallows what goes through it: a proxy, a firewall, a VPN.',
      'The server hangs, on a disk that does not answer for example.',
    ],
    remedy: [
      'In a container, see its state: `docker ps -a`',
      'If it is paused: `docker unpause NAME`',
      'Ask the server itself, where it runs: `pg_isready`',
      'When it answers: `yokeflow-upgrade status`',
    ],
  },
  YF506: {
    title: 'The server stopped answering in the middle',
    meaning:
      'In the middle of the work nothing at the server answered any more, neither the session at work nor a second one nor a fresh one. The run waited for as long as `--wait` allows. COMMIT of the change had not been sent, so PostgreSQL keeps nothing of it.',
    causes: [
      "The container was paused, or the server's processes were stopped.",
      'Something between here and the server swallows what goes through it: a proxy, a firewall, a VPN.',
    ],
    remedy: [
      'See that the server goes on. In a container: `docker ps -a`, and if it is paused: `docker unpause NAME`',
      'As soon as it answers, look: `yokeflow-upgrade status`',
      'Then: `yokeflow-upgrade upgrade`',
    ],
    changed: rolledBack,
  },
  YF507: {
    title: 'A statement came no further',
    meaning:
      'The server answers, and the process that carries out a statement showed no sign of progress for longer than `--wait` allows. The server was asked to end that process. COMMIT of the change had not been sent, so PostgreSQL keeps nothing of it. A process that is stopped holds its locks until it goes on, and ends then.',
    causes: [
      'The process was stopped (SIGSTOP), or it waits for a disk that does not answer.',
      'The statement is only slow, on a server with very much else to do.',
    ],
    remedy: [
      "See what the process is at, in psql: `SELECT pid, state, wait_event_type, wait_event FROM pg_stat_activity WHERE application_name LIKE 'yokeflow-upgrade%';`",
      'Then: `yokeflow-upgrade upgrade`',
      'If it was only slow, wait longer: `yokeflow-upgrade upgrade --wait 600`',
    ],
    changed: rolledBack,
  },
  YF508: {
    title: 'COMMIT waits for a synchronous standby',
    meaning:
      'The server has synchronous_standby_names set, and the standby that it names does not confirm the commit. The commit is done on this server. Nobody sees it, and its locks are held, until the standby has it or is no longer waited for. ' +
      'Neither cancelling nor ending the session takes the commit back.',
    causes: ['The standby is down or cut off.', 'synchronous_standby_names names a standby that there is no more.'],
    remedy: [
      'Start the standby, and see that it is there, in psql: `SELECT application_name, state, sync_state FROM pg_stat_replication;`',
      "Or wait for none any more, in psql as a superuser: `ALTER SYSTEM SET synchronous_standby_names = '';` and then `SELECT pg_reload_conf();`",
      'Then look: `yokeflow-upgrade status`',
    ],
    changed:
      'It is committed on this server, and seen by others only when the wait is over. `yokeflow-upgrade status` tells then.',
  },
  YF509: {
    title: 'The time of --max-time was over',
    meaning:
      'The run was given an upper bound with `--max-time`, and it was not done by then. It rolled back what was under way, as after Ctrl-C.',
    causes: [
      'A lock did not come free.',
      'The backup of a large database takes longer.',
      'The server is slow or does not answer.',
    ],
    remedy: [
      'See where the database is: `yokeflow-upgrade status`',
      'Give it more time: `yokeflow-upgrade upgrade --yes --max-time 3600`',
    ],
    changed: 'The message says whether anything was changed. Where it cannot know, the exit code is 7.',
    exitCode: null,
  },
} satisfies Explanations;
