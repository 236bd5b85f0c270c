import type { DockerTarget } from '../database/target.js';

type Located = Pick<DockerTarget, 'container' | 'containerId'> & Partial<Pick<DockerTarget, 'engine'>>;

/** The options that lead to a container again. What the environment says of its engine still counts. */
export function containerWords({ engine, container }: Located): string[] {
  if (engine?.kind === 'kube') return ['--kube', engine.url];
  return [...(engine?.option === undefined ? [] : ['--engine', engine.option]), '--container', container];
}

/** How a program is run in a container by hand. */
export function execWords({ engine, container, containerId }: Located): string[] {
  const pod = engine?.pod;
  if (pod === undefined) return [engine?.program ?? 'docker', 'exec', container];
  const inPod = containerId.split('/')[1];
  return [
    'kubectl',
    ...(pod.context === undefined ? [] : ['--context', pod.context]),
    ...['-n', pod.namespace, 'exec', pod.name],
    ...(inPod === undefined ? [] : ['-c', inPod]),
    '--',
  ];
}
