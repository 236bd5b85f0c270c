#!/usr/bin/env node
// Every Node from 8 on can read this file, as a script or as a module: it declares and imports nothing, and its syntax is that of 2017.
// What is loaded here may need more. It is named in a string, because import() is a word that the oldest cannot read.

/** The build puts package.json's in. */
declare const PACKAGE_VERSION: string;

(() => {
  interface Known {
    code?: string;
    message?: string;
    found?: readonly string[];
    remedy?: string;
    changed?: boolean | 'unknown';
  }

  const NEEDED = [20, 17] as const;
  const words = process.argv.slice(2);
  const commands = [
    'upgrade',
    'status',
    'plan',
    'verify',
    'rehearse',
    'backup',
    'restore',
    'rollback',
    'doctor',
    'report',
    'demo',
    'explain',
    'completion',
  ];
  const command = words.filter((word) => commands.indexOf(word) >= 0)[0] || 'upgrade';

  /** Ends in an error before anything else could be loaded to tell it: in one line, in the document or in the events that were asked for. */
  function end(error: Known): void {
    const { code = 'YF111', message = '', found = [], remedy = '', changed = false } = error;
    const described = { code, message, found, remedy, changed, leftBehind: [] };
    const at = new Date().toISOString();
    const [exitCode, result] = changed === false ? [1, 'failed'] : [7, 'unknown'];
    process.exitCode = exitCode;
    if (words.indexOf('--json') >= 0) {
      const nothing = {
        target: null,
        version: null,
        steps: [],
        applied: [],
        checks: [],
        findings: [],
        setAside: null,
        removed: [],
        backup: null,
        contents: null,
        lastBackup: null,
        history: null,
        sql: null,
      };
      process.stdout.write(
        inert(Object.assign({ schemaVersion: 1, command, ok: false, exitCode, result }, nothing, { error: described })),
      );
    }
    if (words.indexOf('--events') >= 0) {
      process.stderr.write(
        inert({ event: 'started', at, schemaVersion: 1, command, toolVersion: 'unknown', processId: process.pid }),
      );
      process.stderr.write(inert(Object.assign({ event: 'error', at }, described)));
      process.stderr.write(
        inert({ event: 'ended', at, result, exitCode, durationMs: Math.round(process.uptime() * 1000), backup: null }),
      );
    } else {
      const state = changed === false ? 'Nothing was changed.' : 'Whether anything was changed is not known.';
      process.stderr.write(
        [code + ' ', message]
          .concat(found.length > 0 ? '(' + found.join('; ') + ')' : [], state, remedy)
          .join(' ')
          .replace(/[^\x20-\x7e]/g, '?') + '\n',
      );
    }
  }

  const inert = (value: object) =>
    JSON.stringify(value).replace(
      /[^\x20-\x7e]/g,
      (character) => '\\u' + ('000' + character.charCodeAt(0).toString(16)).slice(-4),
    ) + '\n';

  function notLoaded(error: Error & Known): void {
    if (/^YF/.test(String(error.code))) return end(error);
    const message = String(error.message).split('\n')[0] || '';
    if (error.code === 'EMFILE' || error.code === 'ENFILE') {
      return end({
        code: 'YF114',
        message: 'Too few files may be open at once for this program to be loaded.',
        found: [message],
        remedy: 'Allow more, for example with: ulimit -n 1024; then run the same command again.',
      });
    }
    end({
      code: 'YF111',
      message: 'This program cannot be loaded.',
      found: [message],
      remedy: 'Install it anew: npm ci && npm run build in its folder.',
    });
  }

  // Whatever ends this program early must not look like success.
  process.exitCode = 1;
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    return end({
      code: 'YF110',
      message:
        'This program needs Node ' + NEEDED.join('.') + ' or later, and this is Node ' + process.versions.node + '.',
      remedy:
        'Install a later one, from nodejs.org or with your package manager, or run this program through Docker, as README.md says.',
    });
  }
  /**
   * Lets Node keep what it has compiled ("Module compile cache", from 22.1 on). Only in a folder that nobody else can write to: what lies there is
   * run, and with sudo the home folder may be another user's.
   */
  function keepCompiled(): void {
    const { XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE } = process.env;
    const loader = process.getBuiltinModule('module') as {
      enableCompileCache?: (folder: string) => void;
    };
    if (!loader.enableCompileCache || NODE_DISABLE_COMPILE_CACHE) return;
    const [fs, path] = [process.getBuiltinModule('fs'), process.getBuiltinModule('path')];
    const own = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : undefined;
    try {
      const folder = path.join(
        own || path.join(process.getBuiltinModule('os').homedir(), '.cache'),
        'yokeflow-upgrade',
      );
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const found = fs.lstatSync(folder);
      const isOwn = !process.getuid || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
      if (isOwn && found.isDirectory()) loader.enableCompileCache(folder);
    } catch {
      // It is for speed alone.
    }
  }

  function load(): void {
    keepCompiled();
    try {
      (eval('import("./lib/main.js")') as Promise<unknown>).catch(notLoaded);
    } catch (error) {
      // Node was told to run no text as a program.
      end({
        code: 'YF111',
        message: 'This program cannot be loaded.',
        found: [String((error as Error).message)],
        remedy: 'Leave out --disallow-code-generation-from-strings, which may stand in NODE_OPTIONS.',
      });
    }
  }

  // Known without loading anything. Where it cannot be written, what is loaded knows what to say.
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.once('error', () => undefined);
    process.stdout.write(PACKAGE_VERSION + '\n', (error) => {
      if (error) return load();
      process.exitCode = 0;
    });
    return;
  }
  load();
})();
