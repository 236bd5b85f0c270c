import type { Explanations } from './explanation.js';

export const docker = {
  YF202: {
    title: 'The container is not there, or cannot be used as it is',
    meaning:
      'The container that you named does not exist, does not run, or hides what is needed to connect. The message says which.',
    causes: [
      'The name is misspelled, or the container is on another Docker engine or context.',
      'It is stopped or paused, or stopped during the run.',
      'It takes its user or database from a file (POSTGRES_USER_FILE, POSTGRES_DB_FILE), which cannot be read in it.',
    ],
    remedy: [
      'See its name and state: `docker ps -a`',
      'If it has exited: `docker start NAME`, or `yokeflow-upgrade status --container NAME --start`',
      'If it is paused: `docker unpause NAME`',
      'If it takes its user or database from a file, name them: `yokeflow-upgrade status --container NAME --user USER --database DATABASE`',
    ],
  },
  YF203: {
    title: 'No Docker engine answers',
    meaning:
      'The program asked for an engine as the docker command does: DOCKER_HOST, DOCKER_CONTEXT, the current context, then the usual sockets. ' +
      'None of them answered. An engine that you named yourself is never replaced by another one.',
    causes: [
      'Docker is not running.',
      'DOCKER_HOST or the current context points to an engine that is gone, or is written wrongly.',
      'The engine is reached over ssh and the key is not in ssh-agent. `~/.ssh/config` is not read.',
    ],
    remedy: [
      'See whether an engine answers: `docker version`',
      'See which one is chosen: `docker context ls`',
      'Choose another one: `docker context use NAME`',
      'Without Docker: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF208: {
    title: 'There is no psql in the container',
    meaning:
      'The program works through psql inside the container, and this container has none. It is probably not the one with PostgreSQL.',
    remedy: [
      'List the containers with their images: `docker ps`',
      'Name the one with PostgreSQL: `yokeflow-upgrade status --container NAME`',
      'Or go through its published port: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
  YF210: {
    title: 'You may not use this Docker engine',
    meaning:
      'The engine is there, and it refuses you: its socket is closed to your user, or it, or a proxy before it, answered 401 or 403. The message says which.',
    causes: [
      'On Linux, your user is not in the group docker.',
      'A proxy before the socket, such as docker-socket-proxy, lets some requests through only. Containers are looked at, and programs run in them: CONTAINERS=1, EXEC=1 and POST=1.',
      "The engine is someone else's, and asks for access that you do not have.",
    ],
    remedy: [
      'See your groups: `id -nG`',
      'Join the group: `sudo usermod -aG docker $USER`',
      'Log out and in again, so that it counts. Then: `docker version`',
      'Behind a proxy, let it allow these requests and start it again: `docker run -e CONTAINERS=1 -e EXEC=1 -e POST=1 … tecnativa/docker-socket-proxy`',
      'Without Docker: `yokeflow-upgrade status --database-url postgresql://USER@HOST:5432/DATABASE`',
    ],
  },
} satisfies Explanations;
