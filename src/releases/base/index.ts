import { key } from '../../catalog/keys.js';
import { fn, has } from '../define.js';
import type { CatalogCheck } from '../../catalog/expectation.js';
import { projects } from './projects.js';
import { prompts } from './prompts.js';
import { quality } from './quality.js';
import { roadmap } from './roadmap.js';

const touchTrigger = 'BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION update_updated_at()';

export const base: readonly CatalogCheck[] = [
  ...projects,
  ...roadmap,
  ...quality,
  ...prompts,
  fn('update_updated_at', '() returns trigger', {
    also: [has(key.trigger('projects', 'update_projects_updated_at'), touchTrigger)],
  }),
];

/** The tables by which a YokeFlow 1.x database is known. */
export const coreTables = ['projects', 'sessions', 'epics', 'tasks', 'tests'];

/** Tables that every 1.x release has and that no step can make anew. */
export const baseTables = [...coreTables, 'session_quality_checks', 'prompt_improvement_analyses', 'prompt_proposals'];
