import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from './folder.js';

/**
 * Stands in for `kubectl` and its cluster, which tests cannot have: it knows one pod, whose container is one of Docker's, and hands the
 * streams on as `kubectl exec -i` does.
 * @param container Docker's container
 * @returns the PATH with it
 */
export function standInKubectl(pod: string, container: string): string {
  const folder = temporaryFolder();
  const document = {
    metadata: { name: pod },
    spec: {
      containers: [
        { name: 'proxy', image: 'a/proxy' },
        // Its user and database are in secrets.
        { name: 'db', image: 'postgres:16', env: [{ name: 'POSTGRES_USER' }, { name: 'POSTGRES_DB' }] },
      ],
    },
    status: { phase: 'Running', containerStatuses: [{ name: 'db', state: { running: {} } }] },
  };
  writeFileSync(join(folder, 'pod.json'), JSON.stringify(document));
  writeFileSync(
    join(folder, 'kubectl'),
    `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    get)
      for pod; do :; done
      if [ "$pod" = ${pod} ]; then exec cat ${join(folder, 'pod.json')}; fi
      echo "Error from server (NotFound): pods \\"$pod\\" not found" >&2
      exit 1;;
    exec)
      shift 6
      DOCKER_HOST='${process.env['DOCKER_HOST'] ?? ''}' docker exec -i ${container} "$@"
      status=$?
      [ $status = 0 ] || echo "command terminated with exit code $status" >&2
      exit $status;;
  esac
  shift
done
echo 'error: unknown command' >&2
exit 1
`,
    { mode: 0o755 },
  );
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}
