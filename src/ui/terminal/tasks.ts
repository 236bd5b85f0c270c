import type { Terminal } from './terminal.js';
import type { Listener } from '../../engine/progress.js';
import type { Phase } from '../../app/phases.js';
import { liveList } from './task-list.js';
import { plainLines } from '../lines/task-lines.js';

/**
 * Runs `work` and shows how far it is: a live list on a terminal, lines elsewhere and for screen readers, events for programs.
 * @returns what `work` returned
 * @throws whatever `work` throws, after it has been shown where
 */
export async function withTaskList<T>(
  phases: readonly Phase[],
  terminal: Terminal,
  work: (on: Listener) => Promise<T>,
): Promise<T> {
  if (terminal.tell) return (await import('../events/phases.js')).eventPhases(phases, terminal.tell, work);
  return terminal.animated ? liveList(phases, terminal, work) : plainLines(phases, terminal, work);
}
