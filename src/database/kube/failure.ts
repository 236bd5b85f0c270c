import { CommandFailed } from '../container/command/command-failed.js';
import { EngineSilent } from '../container/engine-silent.js';
import type { EngineFailure } from '../docker/engine-failure.js';
import type { EngineAddress } from '../engine-address.js';

/**
 * What it means that a pod could not be asked: most often kubectl's words, which have no translations; "Error from server (REASON)" is of
 * the API's own statuses. Pure.
 */
export function kubeFailure(error: Error, { pod }: EngineAddress): EngineFailure {
  const { context, namespace = '', name = '' } = pod ?? {};
  const kubectl = `kubectl${context === undefined ? '' : ` --context ${context}`}`;
  const { words, code } = error instanceof CommandFailed ? error : { words: wordsOf(error), code: undefined };
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
  const again = `--kube ${context === undefined ? '' : `${context}/`}`;
  if (/\(NotFound\): namespaces? "/.test(words)) {
    return {
      code: 'YF247',
      reason: `there is no namespace ${namespace}`,
      remedy: `See the pods that there are: ${kubectl} get pods --all-namespaces; then ${again}NAMESPACE/POD`,
    };
  }
  // Of a server that is no cluster kubectl says NotFound too, and names nothing.
  if (/\(NotFound\): pods? "/.test(words)) {
    return {
      code: 'YF247',
      reason: `there is no pod ${name} in the namespace ${namespace}`,
      remedy: `See those that there are: ${kubectl} get pods -n ${namespace}; then ${again}${namespace}/POD`,
    };
  }
  return {
    code: 'YF246',
    reason: line(words) || 'kubectl ended without a word',
    remedy: `See whether the cluster answers: ${kubectl} get pods -n ${namespace}`,
  };
}

/** The line that says it: those before may be of each try, and advice may follow. Without one, the last. */
function line(words: string): string {
  const lines = words.split('\n').map((one) => one.trim());
  return (
    lines.findLast((one) => /^(error:|Error from server|Unable to connect|The connection to)/.test(one)) ??
    lines.at(-1) ??
    ''
  );
}

function wordsOf(error: Error): string {
  return error instanceof EngineSilent ? 'no answer in time' : error.message;
}
