/**
 * The files of the bundle, in this order: each holds the modules that its roots import and that no file before it holds. What is in none of
 * them is cut by rollup. More files would save nobody work; fewer would let `--help` read what only an upgrade needs.
 */
const CHUNKS = {
  // The command line, but not the module that runs it: what else is loaded imports this file.
  base: [
    'src/cli/run.ts',
    'src/cli/hung-up.ts',
    'src/cli/output.ts',
    'src/cli/unforeseen.ts',
    'src/cli/warnings.ts',
    'src/app/failure.ts',
    'src/redaction/slips.ts',
  ],
  // Whatever works on a database: to find it, to look at it, to show what is there.
  look: [
    'src/app/status.ts',
    'src/ui/terminal/view.ts',
    'src/ui/text/json.ts',
    'src/database/open-session.ts',
    'src/database/json-rows.ts',
  ],
  // Ways to it.
  direct: ['node_modules/pg/esm/index.mjs', 'src/database/pg-session.ts'],
  container: [
    'node_modules/dockerode/lib/docker.js',
    'src/database/docker/client.ts',
    'src/database/container/engine-host.ts',
    'src/database/psql/in-container.ts',
    'src/database/psql/session.ts',
  ],
  commands: ['src/database/container/command/command-host.ts', 'src/database/kube/host.ts'],
  programs: ['src/database/programs/in-container.ts', 'src/database/programs/local.ts'],
  local: ['src/database/programs/find-local.ts'],
  // Whatever changes it.
  change: ['src/app/upgrade.ts', 'src/app/plan.ts', 'src/app/verify.ts', 'src/app/backup.ts'],
  restore: ['src/app/restore.ts', 'src/app/rehearse.ts', 'src/app/rollback.ts'],
  // Conversations.
  questions: ['src/ui/terminal/decide.ts', 'node_modules/inquirer/dist/index.js'],
  tasks: ['node_modules/listr2/dist/index.js'],
};

let assigned;

/** For rollup's `manualChunks`. */
export function chunkOf(id, { getModuleInfo, getModuleIds }) {
  assigned ??= assign(getModuleInfo, [...getModuleIds()]);
  return assigned.get(id);
}

function assign(getModuleInfo, ids) {
  const found = new Map();
  for (const [chunk, roots] of Object.entries(CHUNKS)) {
    const open = roots.map((name) => {
      const root = ids.find((id) => id.replaceAll('\\', '/').endsWith(`/${name}`));
      if (root === undefined) throw new Error(`the bundle has no module ${name}`);
      return root;
    });
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const info = getModuleInfo(id);
      if (!info || info.isExternal || found.has(id)) continue;
      found.set(id, chunk);
      open.push(...info.importedIds);
    }
  }
  return found;
}
