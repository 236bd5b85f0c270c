import type { Explanations } from './explanation.js';

/** What keeps the server in a container from being looked at. */
export const containers = {
  YF251: {
    title: 'PostgreSQL in the container does not start',
    meaning:
      'The container is there, and its server ends with an error as soon as it is started. The last lines of its log are in the message, without passwords.',
    causes: [
      'The image has another major release of PostgreSQL than its data volume.',
      'The disk is full, or the volume belongs to another user.',
      'A setting in postgresql.conf or on its command line is wrong.',
      'A script of the first start fails.',
    ],
    remedy: [
      'Read more of its log: `docker logs --tail 50 NAME`',
      'Mend what it says. Then start it again: `docker restart NAME`',
      'See whether it runs: `yokeflow-upgrade status`',
    ],
  },
  YF252: {
    title: 'The container is still making its database',
    meaning:
      "At its first start an image of PostgreSQL makes the database and runs the scripts of its init folder, on a server that only the container itself sees. YokeFlow's tables may " +
      'be there in part only. The program waited as long as --wait says, and it was not done by then.',
    causes: ['The scripts of the init folder take long.', 'One of them waits for something.'],
    remedy: ['See how far it is: `docker logs --tail 20 NAME`', 'Wait longer: `yokeflow-upgrade upgrade --wait 600`'],
  },
  YF253: {
    title: 'The container is gone, and its data is still there',
    meaning:
      'No container of YokeFlow was found, and a volume of that name was. `docker compose down` removes containers and leaves volumes, so the data is most likely whole.',
    causes: ['`docker compose down` was run.', 'The container was removed to be made anew.'],
    remedy: [
      "In the folder of YokeFlow's compose file, bring its database up: `docker compose up -d postgres`",
      'Then go on: `yokeflow-upgrade status`',
      'Where YokeFlow runs elsewhere by now, name that one: `yokeflow-upgrade status --container NAME`',
    ],
  },
} satisfies Explanations;
