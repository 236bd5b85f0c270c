import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** Names and versions of what was measured on, for the page: a line each. */
export function machineLines(postgres: string): string[] {
  const versionOf = (program: string, ...args: string[]) => {
    try {
      return execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n')[0] ?? '';
    } catch {
      return 'none';
    }
  };
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    `Node ${process.versions.node}, PostgreSQL ${postgres}, ${versionOf('psql', '--version')}`,
    `Docker ${versionOf('docker', 'version', '--format', '{{.Server.Version}}')}`,
  ];
}
