import type { Emit } from '../../app/events.js';
import { phaseView, type PhaseView } from '../phase-view.js';
import type { EmitEvent } from './event.js';
import { eventsOf } from './events.js';
import { eventPhases } from './phases.js';

/** Turns what a run tells into events. */
export function eventListener(emitEvent: EmitEvent): Emit {
  let phases: PhaseView | undefined;
  return async (event) => {
    if (event.kind === 'progress') return phases?.on(event.progress);
    if (event.kind === 'phases') phases = await phaseView((work) => eventPhases(event.phases, emitEvent, work));
    else if (event.kind === 'phases-over') await phases?.over(event.failed);
    else for (const one of eventsOf(event)) emitEvent(one);
  };
}
