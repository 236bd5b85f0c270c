/**
 * Makes a client of dockerode while DOCKER_HOST is out of sight. docker-modem reads it, and the files of DOCKER_CERT_PATH, even where it is given
 * every field, and throws where one of them is not there: for an engine that has nothing to do with them, or that wants no certificate of us.
 * @param make builds the client, without waiting for anything
 */
export function withoutEnvironment<Client>(make: () => Client): Client {
  const before = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    if (before !== undefined) process.env['DOCKER_HOST'] = before;
  }
}
