import type { CommandFailed } from '../container/command/command-failed.js';
import type { EngineFailure } from '../docker/engine-failure.js';
import type { EngineAddress } from '../engine-address.js';

/** What kubectl's words mean. It has no translations; "Error from server (REASON)" is of the API's own statuses. Pure. */
export function kubeFailure({ words, code }: CommandFailed, { pod }: EngineAddress): EngineFailure {
  const { context, namespace = '', name = '' } = pod ?? {};
  const kubectl = `kubectl${context === undefined ? '' : ` --context ${context}`}`;
  if (code !== undefined) {
    return {
      code: 'YF249',
      reason: code === 'ENOENT' ? 'there is no command kubectl on the PATH' : `kubectl cannot be started (${code})`,
      remedy: 'Install kubectl, or go through a forwarded port with --database-url URL.',
    };
  }
  if (/context "?.*"? does not exist|no context exists/i.test(words)) {
    return {
      code: 'YF246',
      reason: `kubectl knows no context ${context ?? ''}`,
      remedy: 'See those that it knows: kubectl config get-contexts; then --kube CONTEXT/NAMESPACE/POD',
    };
  }
  if (/\((Forbidden|Unauthorized)\)|must be logged in/i.test(words)) {
    return {
      code: 'YF210',
      reason: line(words),
      remedy: `Ask for the rights to get pods and to create pods/exec. See what you may: ${kubectl} auth can-i create pods/exec -n ${namespace}`,
    };
  }
  if (/\(NotFound\)/.test(words)) {
    return {
      code: 'YF247',
      reason: `there is no pod ${name} in the namespace ${namespace}`,
      remedy: `See those that there are: ${kubectl} get pods -n ${namespace}; then --kube ${context === undefined ? '' : `${context}/`}${namespace}/POD`,
    };
  }
  return {
    code: 'YF246',
    reason: line(words) || 'kubectl ended without a word',
    remedy: `See whether the cluster answers: ${kubectl} get pods -n ${namespace}`,
  };
}

/** The last line says most; those before it may be of each try. */
function line(words: string): string {
  return words.split('\n').at(-1)?.trim() ?? '';
}
