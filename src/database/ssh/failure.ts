import type { CommandFailed } from '../container/command/command-failed.js';
import type { EngineFailure } from '../docker/engine-failure.js';
import type { EngineAddress } from '../engine-address.js';
import { sshWords } from './line.js';

/**
 * What ssh's words, or those of docker on the other side, mean. OpenSSH has no translations; its messages are those of sshconnect.c and
 * sshconnect2.c. Pure.
 */
export function sshFailure({ words, code, exitCode }: CommandFailed, address: EngineAddress): EngineFailure {
  const host = address.host ?? '';
  const byHand = sshWords(address);
  if (code !== undefined) {
    return {
      code: 'YF249',
      reason: code === 'ENOENT' ? 'there is no command ssh on the PATH' : `ssh cannot be started (${code})`,
      remedy:
        'Install the OpenSSH client (on Debian and Ubuntu: apt install openssh-client), then run the same command again.',
    };
  }
  if (/HOST IDENTIFICATION HAS CHANGED|Host key for .+ has changed/i.test(words)) {
    const known = /Host key for (\S+) has changed/.exec(words)?.[1] ?? host;
    return {
      code: 'YF242',
      reason: `the host key of ${known} is another one than ~/.ssh/known_hosts has`,
      remedy: `Ask whoever runs ${host} whether its key was changed. Only if so: ssh-keygen -R '${known}', then once by hand: ${byHand}`,
    };
  }
  if (/Host key verification failed|host key is known for/i.test(words)) {
    return {
      code: 'YF241',
      reason: `the host key of ${host} is not known here`,
      remedy: `Connect once by hand, and compare the fingerprint before you say yes: ${byHand}`,
    };
  }
  if (/Permission denied \(|Too many authentication failures|No more authentication methods/i.test(words)) {
    return {
      code: 'YF243',
      reason: `${host} accepted no key (${lastLine(words)})`,
      remedy: `Make it work without a password: ssh-add, or ssh-copy-id. It has to connect by hand without a question: ${byHand}`,
    };
  }
  if (/permission denied/i.test(words)) {
    return {
      code: 'YF210',
      reason: `on ${host}: ${lastLine(words)}`,
      remedy: `On ${host}, let this user use Docker: sudo usermod -aG docker USER; then log in there again.`,
    };
  }
  if (exitCode === 127 || /command not found|docker: not found|open failed|No such file or directory/i.test(words)) {
    return {
      code: 'YF245',
      reason:
        address.socketPath === undefined
          ? `there is no docker command on ${host} (${lastLine(words) || 'exit code 127'})`
          : `${address.socketPath} cannot be reached on ${host}: it is not there, or not for this user`,
      remedy:
        address.socketPath === undefined
          ? `Install Docker's command there, or name the engine's socket: --engine ssh://${host}/run/user/1000/podman/podman.sock`
          : `See on ${host} which socket there is: ls -l /var/run/docker.sock /run/user/*/podman/podman.sock`,
    };
  }
  if (/Cannot connect to the Docker daemon|docker daemon running/i.test(words)) {
    return {
      code: 'YF203',
      reason: `no Docker engine answers on ${host}`,
      remedy: `Start it there: ${byHand} sudo systemctl start docker`,
    };
  }
  return {
    code: 'YF244',
    reason: lastLine(words) || `ssh to ${host} ended without a word`,
    remedy: `See whether it connects by hand: ${byHand}`,
  };
}

function lastLine(words: string): string {
  return words.split('\n').at(-1)?.trim() ?? '';
}
