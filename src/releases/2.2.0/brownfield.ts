import { key } from '../../catalog/keys.js';
import { has, oneOf } from '../define.js';
import type { Loss, Step } from '../release.js';

const loses: readonly Loss[] = [
  { table: 'projects', column: 'project_type', where: "project_type <> 'greenfield'" },
  { table: 'projects', column: 'source_commit_sha', where: 'source_commit_sha IS NOT NULL' },
  { table: 'projects', column: 'codebase_analysis', where: "codebase_analysis <> '{}'" },
];

export const brownfield: Step = {
  id: '2_2_0_brownfield',
  release: '2.2.0',
  system: 'brownfield',
  title: 'projects that begin with code of their own',
  without: ['A project cannot begin with code of its own'],
  file: '2.2.0/2_2_0_brownfield.sql',
  labels: [],
  undo: { file: '2.2.0/undo/2_2_0_brownfield.sql', relabels: [], loses },
  replaces: [],
  checks: [
    {
      id: 'columns.projects',
      title: 'Brownfield projects',
      expectations: [
        has(key.column('projects', 'project_type'), "character varying(20) default 'greenfield'::character varying"),
        has(key.column('projects', 'source_commit_sha'), 'character varying(40)'),
        has(key.column('projects', 'codebase_analysis'), "jsonb default '{}'::jsonb"),
        has(
          key.constraint('projects', 'projects_project_type_check'),
          oneOf('project_type', 'greenfield', 'brownfield'),
        ),
        has(key.index('projects', 'idx_projects_project_type'), 'USING btree (project_type)'),
      ],
    },
  ],
  probes: [
    {
      id: 'probe.brownfield',
      title: 'A project begins with code of its own',
      file: '2.2.0/probes/brownfield.sql',
      needsLabels: false,
      needs: ['update projects'],
    },
  ],
};
