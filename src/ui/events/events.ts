import type { RunEvent } from '../../app/events.js';
import type { Outcome } from '../../app/outcome.js';
import type { UpgradeError } from '../../errors/error.js';
import { backupJson, errorJson, stepsJson, targetJson, versionJson } from '../text/json.js';
import { bareStyle } from '../text/style.js';
import type { Talk } from '../text/talk-lines.js';
import { talkOf } from '../text/talk.js';
import type { Event } from './event.js';

/** The events of what a run tells outside of its phases. A page is for people: what it says is in an event of its own, or in the outcome. */
export function eventsOf(event: RunEvent): Event[] {
  if (event.kind === 'waiting') return [{ event: 'waiting', reason: event.progress.reason }];
  if (event.kind === 'found') {
    const { target, inspection } = event;
    // Field by field: the password has no field there.
    return [
      {
        event: 'found',
        target: targetJson(target, inspection),
        version: inspection ? versionJson(inspection.version, inspection.snapshot.schema) : null,
        steps: inspection ? stepsJson(inspection) : [],
      },
    ];
  }
  const talk = talkOf(event, bareStyle, false);
  return talk ? messageEvent(talk) : [];
}

/** A sentence or two that are said to people as well. */
export function messageEvent({ lines, isShort }: Talk): Event[] {
  const text = lines
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
    .join(' ');
  return isShort && text !== '' ? [{ event: 'message', text }] : [];
}

export function errorEvent(error: UpgradeError): Event {
  return { event: 'error', ...errorJson(error) };
}

/** @param durationMs how long the whole run took, in ms */
export function endedEvent(outcome: Outcome, durationMs: number): Event {
  const { result, exitCode } = outcome;
  return { event: 'ended', result, exitCode, durationMs, backup: backupJson(outcome), ...outcome.locks };
}
