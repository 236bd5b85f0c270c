// A worker whose vitest was killed would go on for ever: it ends when the channel to its parent closes. A signal,
// because vitest replaces process.exit in its workers.
const state = globalThis as { endsWithParent?: true };
if (!state.endsWithParent) {
  state.endsWithParent = true;
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}
