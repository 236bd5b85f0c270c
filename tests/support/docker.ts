import Docker from 'dockerode';

/** Every container that tests make carries this label, so that the next run removes what a killed one left. */
export const testLabel = 'yokeflow-upgrade.test';

/** The engine of DOCKER_HOST, else of the usual socket. */
export const docker = new Docker();

/** Why no engine answers, in one line; undefined where one does. */
export async function engineFailure(): Promise<string | undefined> {
  return new Docker({ timeout: 5_000 }).ping().then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Removes all containers that tests have made, or those of one name. */
export async function removeTestContainers(name?: string): Promise<void> {
  const filters = { label: [testLabel], ...(name === undefined ? {} : { name: [`^/?${name}$`] }) };
  const found = await docker.listContainers({ all: true, filters });
  for (const { Id } of found) await removeContainer(docker.getContainer(Id));
}

/** Kills and removes a container with its anonymous volumes; one that is gone already is as good. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error as unknown as Error;
  });
}
