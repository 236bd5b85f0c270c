import type { Rewrite } from '../release.js';

const filled = `t.metrics #> '{yokeflow_upgrade,filled}'`;
const isFilled = `pg_catalog.jsonb_typeof(${filled}) = 'object'`;

/** The quality of a session, as its latest check has it, where its metrics had none. */
export const filledMetrics: Rewrite = {
  table: 'sessions',
  before: {
    metrics: `CASE WHEN ${isFilled} THEN
      CASE WHEN t.metrics #> '{yokeflow_upgrade,was_null}' = 'true' THEN NULL
           ELSE (t.metrics - 'yokeflow_upgrade'::text - ARRAY(SELECT pg_catalog.jsonb_object_keys(${filled})))
                || COALESCE(t.metrics #> '{yokeflow_upgrade,before}', '{}') END
      ELSE t.metrics END`,
  },
  told: {
    title: 'sessions whose metrics got the quality of their checks',
    written: isFilled,
    must: (schema, has) =>
      has('session_quality_checks')
        ? `t.metrics @> (${filled}) AND (NOT (${filled}) ? 'quality_score' OR (${filled}) ->> 'quality_score' =
          (SELECT c.overall_rating::text FROM ${schema}.session_quality_checks c WHERE c.session_id = t.id
            ORDER BY c.created_at DESC NULLS LAST, c.id DESC LIMIT 1))`
        : `t.metrics @> (${filled})`,
  },
};

const closedFrom = `t.metadata #> '{yokeflow_upgrade,closed_from}'`;
const isClosed = `pg_catalog.jsonb_typeof(${closedFrom}) = 'object'`;

/** Epics whose tasks are all done and that were still open. */
export const closedEpics: Rewrite = {
  table: 'epics',
  before: {
    status: `CASE WHEN ${isClosed} THEN ${closedFrom} ->> 'status' ELSE t.status::text END`,
    completed_at: `CASE WHEN ${isClosed} THEN (${closedFrom} ->> 'completed_at')::timestamptz ELSE t.completed_at END`,
    // Metadata that were no object stand in the memory; nothing and a JSON null are alike there.
    metadata: `CASE WHEN NOT COALESCE(${isClosed}, false) THEN NULLIF(t.metadata, 'null')
      WHEN t.metadata - 'yokeflow_upgrade'::text = '{}' AND (t.metadata -> 'yokeflow_upgrade') ? 'metadata'
      THEN NULLIF(t.metadata #> '{yokeflow_upgrade,metadata}', 'null') ELSE t.metadata - 'yokeflow_upgrade'::text END`,
  },
  told: {
    title: 'epics that were closed, as all of their tasks are done',
    written: isClosed,
    must: (schema) =>
      `t.status::text = 'completed' AND NOT EXISTS (SELECT FROM ${schema}.tasks k WHERE k.epic_id = t.id AND k.done IS NOT TRUE)`,
  },
};

/** The two columns that are filled where nothing stands there, in a table of tests that has them already. */
export const filledTests: Rewrite = {
  table: 'tests',
  before: {
    last_execution: 'COALESCE(t.last_execution, t.verified_at)',
    test_type: `COALESCE(t.test_type, CASE t.category WHEN 'style' THEN 'unit' WHEN 'accessibility' THEN 'browser'
      WHEN 'performance' THEN 'api' ELSE 'integration' END)`,
  },
};
