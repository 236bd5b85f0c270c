import type { Explanations } from './explanation.js';

/** The container that this program runs in, and a database that YokeFlow's schema has yet to be loaded into. */
export const fresh = {
  YF261: {
    title: "No engine's socket is mounted in this container",
    meaning:
      'This program runs in a container, where it sees neither your containers nor your files unless they are given to it. No socket of a container engine is in it, and nothing else led to a database.',
    causes: ['`-v /var/run/docker.sock:/var/run/docker.sock` is missing in the `docker run` line.'],
    remedy: [
      'Mount the socket and the folder that you are in: `docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade`',
      'With rootless Docker or Podman the socket is another one: `-v "$XDG_RUNTIME_DIR/docker.sock:/var/run/docker.sock"`',
      'Or name a database that the container reaches: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF262: {
    title: 'localhost is the container that this program runs in',
    meaning:
      'This program runs in a container with a network of its own. There localhost and 127.0.0.1 are the container itself, and no PostgreSQL listens in it.',
    causes: ['DATABASE_URL, `--database-url` or the `.env` of the project was written for your machine.'],
    remedy: [
      'For a server on your machine, share its network: `docker run --network host --rm -it -v "$PWD:/work" yokeflow-upgrade`',
      'Or write host.docker.internal in place of localhost; on Linux with `--add-host host.docker.internal:host-gateway` in the `docker run` line.',
      "For a server in a container, mount the engine's socket and name the container: `yokeflow-upgrade status --container NAME`",
    ],
  },
  YF361: {
    title: 'A fresh installation ended with an empty database',
    meaning:
      "The container is set up to load YokeFlow's schema folder when it starts for the first time, and no table came of it. " +
      "PostgreSQL's image runs the scripts of that folder in alphabetical order, so 011_paused_sessions.sql comes before schema.sql. It fails on the missing table sessions, and the container stops. " +
      'When it starts again there is a data folder already, so the image skips the rest, and the database stays empty. No data was lost: there was none.',
    causes: [
      'A first `docker compose up` of YokeFlow 1.4.0.',
      'The same with a new, empty volume. If you had data before, it is in the volume of before.',
    ],
    remedy: [
      'If your data should be here, stop and look for its volume: `docker volume ls`',
      "Otherwise load YokeFlow's schema and bring it to the newest release, all of it or nothing: `yokeflow-upgrade upgrade --init`",
    ],
  },
  YF362: {
    title: "YokeFlow's schema was not loaded, because of what is there",
    meaning:
      '`--init` fills an empty database, and keeps whatever else is in it: extensions, other schemas, functions of your own. Where tables are in the schema already, where something has a name that YokeFlow ' +
      'needs, or where the schema is missing, it does nothing. The message names what it is.',
    causes: [
      "The connection leads to another program's database.",
      'An earlier attempt to load the schema by hand left some of it behind.',
      'A function or a type of your own has the name of one of YokeFlow.',
    ],
    remedy: [
      'See which database was taken: `yokeflow-upgrade doctor`',
      "Name YokeFlow's: `yokeflow-upgrade upgrade --init --container NAME`",
      'Or take an empty schema of the same database, after `CREATE SCHEMA NAME;` in psql: `yokeflow-upgrade upgrade --init --schema NAME`',
    ],
  },
  YF363: {
    title: "YokeFlow's schema file could not be used",
    meaning:
      'The schema.sql of your checkout is run statement by statement in one transaction, and what comes of it must be a release that can be upgraded and proven to work. ' +
      "Here it was not, for the reason that the message gives. Everything of it was rolled back. As a finding it says that this program's own schema was loaded in its place, which is that of YokeFlow 1.3.0.",
    causes: [
      'The file has something that no transaction can hold or that reaches beyond the database: COPY from stdin, `\\\\i`, CREATE DATABASE, CREATE ROLE, VACUUM.',
      'The file is of another line of YokeFlow, of a fork, or of another program.',
      'The file was changed, and has a mistake in the line that the message names.',
    ],
    remedy: [
      'As a finding: nothing has to be done, unless your fork adds tables of its own. Load these afterwards.',
      'Mend the file, or name the checkout that is meant: `yokeflow-upgrade upgrade --init --project DIR`',
    ],
  },
  YF364: {
    title: 'The backup would vanish with the container',
    meaning:
      'This program runs in a container, and the folder for the backup is inside it. `docker run --rm` removes the container as soon as it ends, and the backup with it. So nothing was done.',
    causes: ['The `docker run` line mounts no folder at /work.', '`--backup-dir` names a folder that is not mounted.'],
    remedy: [
      'Mount the folder that you are in: `docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade`',
      'Or name a folder that is mounted: `yokeflow-upgrade upgrade --backup-dir /backups`',
      'Or do without a backup: `yokeflow-upgrade upgrade --no-backup`',
    ],
  },
} satisfies Explanations;
