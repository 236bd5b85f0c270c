import { table } from '../define.js';

/** Quality checks: their columns belong to the 1.1.1 clean-up, the rest is alike in every 1.x release. */
export const quality = table('session_quality_checks', {
  columns: {},
  constraints: {
    valid_rating: 'CHECK (((overall_rating IS NULL) OR ((overall_rating >= 1) AND (overall_rating <= 10))))',
    session_quality_checks_pkey: 'PRIMARY KEY (id)',
    session_quality_checks_session_id_fkey: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE',
  },
  indexes: {
    idx_quality_checks_rating: 'USING btree (overall_rating) WHERE (overall_rating IS NOT NULL)',
    idx_quality_checks_created: 'USING btree (created_at DESC)',
    idx_quality_checks_metrics: 'USING gin (metrics)',
    idx_quality_checks_session: 'USING btree (session_id)',
    idx_quality_checks_playwright: 'USING btree (playwright_count)',
    idx_quality_checks_critical_issues: 'USING gin (critical_issues)',
  },
});
