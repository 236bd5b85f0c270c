import type { Listener, Progress } from '../../engine/progress.js';
import { phaseOf, type Phase } from '../../app/phases.js';
import type { Numbers, EmitEvent } from './event.js';

/** The longest silence, in ms: whoever watches must not have to wonder. */
const LONGEST_SILENCE_MS = 15_000;
/** The shortest time, in ms, between two events that count bytes: pg_dump writes some thousand pieces a second. */
const BYTES_EVERY_MS = 250;
/** The same between two that say who is in the way. */
const WAITING_EVERY_MS = 1000;

/**
 * Runs `work` and tells how far it is, as events.
 * @returns what `work` returned
 * @throws whatever `work` throws, after its phase was told to have failed
 */
export async function eventPhases<T>(
  phases: readonly Phase[],
  emit: EmitEvent,
  work: (on: Listener) => Promise<T>,
): Promise<T> {
  let current: Phase | undefined;
  let since = 0;
  let latest: { detail: string | null; numbers: Numbers } = { detail: null, numbers: {} };
  const durationMs = () => Date.now() - since;
  const end = (state: 'done' | 'failed' | 'retried') => {
    if (current) emit({ event: 'phase', key: current.key, title: current.title, state, durationMs: durationMs() });
  };
  const begin = (phase: Phase) => {
    // Going back means that the whole transaction is tried again: a lock was not to be had.
    end(current && phases.indexOf(phase) < phases.indexOf(current) ? 'retried' : 'done');
    [current, since, latest] = [phase, Date.now(), { detail: null, numbers: {} }];
    emit({ event: 'phase', key: phase.key, title: phase.title, state: 'started' });
  };
  const progressed = () => {
    if (current)
      emit({ event: 'progress', key: current.key, detail: latest.detail, durationMs: durationMs(), ...latest.numbers });
  };
  const [mayCount, mayRepeat] = [atMostEvery(BYTES_EVERY_MS), atMostEvery(WAITING_EVERY_MS)];
  const silence = setInterval(progressed, LONGEST_SILENCE_MS);
  emit({ event: 'phases', phases: phases.map(({ key, title }) => ({ key, title })) });
  try {
    const result = await work((progress) => {
      silence.refresh();
      if (progress.phase === 'waiting') {
        if (mayRepeat()) emit({ event: 'waiting', reason: progress.reason });
        return;
      }
      if (progress.phase === 'removed') {
        const { kind, name, reason } = progress;
        emit({ event: 'removed', kind, name, reason });
        return;
      }
      const { key, detail: text } = phaseOf(progress);
      if (key === undefined && text !== undefined) emit({ event: 'message', text });
      const phase = phases.find((candidate) => candidate.key === key);
      if (phase === undefined) return;
      if (phase !== current) begin(phase);
      if (text === undefined) return;
      latest = { detail: text, numbers: numbersOf(progress) };
      if (latest.numbers.bytes === undefined || mayCount()) progressed();
    });
    end('done');
    return result;
  } catch (error) {
    end('failed');
    throw error;
  } finally {
    clearInterval(silence);
  }
}

function numbersOf(progress: Progress): Numbers {
  if (progress.phase === 'statement')
    return { step: progress.name, statement: progress.number, statements: progress.statements };
  if (!('bytes' in progress) || progress.bytes === undefined) return {};
  return { bytes: progress.bytes, ...(progress.totalBytes !== undefined && { totalBytes: progress.totalBytes }) };
}

function atMostEvery(milliseconds: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = Date.now();
    if (now - last < milliseconds) return false;
    last = now;
    return true;
  };
}
