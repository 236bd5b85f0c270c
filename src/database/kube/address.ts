import { UpgradeError } from '../../errors/error.js';
import type { EngineAddress } from '../engine-address.js';

/** Kubernetes' rule for names of namespaces and pods ("Object Names and IDs"). */
const name = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Reads `--kube [CONTEXT/]NAMESPACE/POD`. A context's name may hold slashes, so it is all before the last two.
 * @throws {UpgradeError} YF101
 */
export function kubeAddress(given: string): EngineAddress {
  const parts = given.trim().split('/');
  const pod = parts.pop() ?? '';
  const namespace = parts.pop() ?? '';
  const context = parts.join('/');
  if (!name.test(pod) || !name.test(namespace) || context.startsWith('-')) {
    throw new UpgradeError({
      code: 'YF101',
      message: `--kube ${JSON.stringify(given)} cannot be the name of a pod.`,
      remedy:
        'Give it as kubectl lists it: --kube NAMESPACE/POD or --kube CONTEXT/NAMESPACE/POD (kubectl get pods --all-namespaces).',
    });
  }
  return {
    source: '--kube',
    kind: 'kube',
    url: given.trim(),
    pod: { namespace, name: pod, ...(context === '' ? {} : { context }) },
  };
}
