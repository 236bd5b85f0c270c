import type { Emit } from '../../app/events.js';
import { followPhases } from '../phase-view.js';
import type { EmitEvent } from './event.js';
import { eventsOf } from './events.js';
import { eventPhases } from './phases.js';

/** Turns what a run tells into events. */
export function eventListener(emitEvent: EmitEvent): Emit {
  return followPhases(
    (phases, work) => eventPhases(phases, emitEvent, work),
    (event) => {
      for (const one of eventsOf(event)) emitEvent(one);
    },
  );
}
