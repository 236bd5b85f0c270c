import { inertJson } from '../../inert/json.js';
import { packageVersion } from '../../machine/package-info.js';
import { redactText } from '../../redaction/redact.js';
import { processTerminal, type TerminalOptions } from '../terminal/terminal.js';
import { bareStyle } from '../text/style.js';
import { writeOutcome, type View } from '../view.js';
import type { Event, EmitEvent } from './event.js';
import { endedEvent, errorEvent, messageEvent } from './events.js';
import { eventListener } from './listener.js';

/**
 * The view of `--events`: standard output as without it, standard error one JSON object a line for a program that
 * watches. Nobody is there to be asked. The first event is emitted at once.
 */
export function eventView(command: string, options: TerminalOptions): View & { readonly emitEvent: EmitEvent } {
  const emitEvent = lineWriter();
  emitEvent({ event: 'started', schemaVersion: 1, command, toolVersion: packageVersion(), processId: process.pid });
  const terminal = { ...processTerminal(options), interactive: false, animated: false, talk: bareStyle };
  return {
    terminal,
    isWatched: true,
    emitEvent,
    emit: eventListener(emitEvent),
    write: (outcome, how) =>
      writeOutcome(terminal, outcome, how, (talk) => {
        for (const event of messageEvent(talk)) emitEvent(event);
      }),
    error: (error) => emitEvent(errorEvent(error)),
    ended: (outcome) => {
      if (outcome.error) emitEvent(errorEvent(outcome.error));
      // Counted from the start of the process (Performance.now).
      emitEvent(endedEvent(outcome, Math.round(performance.now())));
    },
  };
}

function lineWriter(): EmitEvent {
  let ended = false;
  return ({ event, ...rest }: Event) => {
    // After a second Ctrl-C work may still go on for a moment.
    if (ended) return;
    ended = event === 'ended';
    const line = inertJson({ event, at: new Date().toISOString(), ...rest }, { change: redactText });
    process.stderr.write(`${line}\n`);
  };
}
