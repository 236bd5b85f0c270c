import { visible } from '../../inert/visible.js';
import type { Finding } from '../finding.js';

export interface EventTrigger {
  readonly name: string;
  readonly event: 'ddl_command_start' | 'ddl_command_end' | 'sql_drop' | 'table_rewrite' | 'login';
  /** Command tags that it fires for; empty for all. */
  readonly tags: readonly string[];
  /** As PostgreSQL spells it, with its schema and arguments. */
  readonly function: string;
  readonly functionName: string;
  readonly owner: string;
}

/**
 * Event triggers that fire in this session, which has pinned session_replication_role to `origin`. From 17 on they can be
 * switched off for a session ("event_triggers").
 */
export const eventTriggersQuery = `
  SELECT COALESCE(json_agg(json_build_object('name', e.evtname, 'event', e.evtevent, 'tags', COALESCE(to_json(e.evttags), '[]'), 'function', p.oid::regprocedure::text,
                                             'functionName', p.proname, 'owner', pg_get_userbyid(p.proowner)) ORDER BY e.evtname), '[]')
    FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
   WHERE e.evtenabled IN ('O', 'A') AND COALESCE(current_setting('event_triggers', true), 'on') = 'on'`;

/** Those that fire on some of these commands. Pure. */
export function firesOn({ event, tags }: EventTrigger, commands: readonly string[]): boolean {
  if (event === 'login') return false;
  const possible =
    event === 'sql_drop'
      ? commands.filter((tag) => /^(DROP|ALTER)\b/.test(tag))
      : event === 'table_rewrite'
        ? commands.filter((tag) => tag === 'ALTER TABLE')
        : commands;
  return possible.some((tag) => tags.length === 0 || tags.includes(tag));
}

/** What is said of event triggers where nothing of theirs may be run: a look changes nothing and calls nobody's code. Pure. */
export function eventTriggerFindings(triggers: readonly EventTrigger[], commands: readonly string[]): Finding[] {
  return triggers
    .filter((trigger) => firesOn(trigger, commands))
    .map(({ name, event, tags, function: called, owner }) => ({
      code: 'YF821',
      title: `the event trigger ${visible(name)} fires on what has to be done (${event}${tags.length > 0 ? `, ${tags.join(', ')}` : ''}): it runs ${called} of ${owner}`,
      subject: `event trigger ${name}`,
      remedy:
        'Nothing to do if it only watches. Whether it forbids something, upgrade tries before it asks, on objects of its own, and rolls back.',
    }));
}
