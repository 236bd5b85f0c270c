import { base, baseTables, coreTables } from './base/index.js';
import { key } from '../catalog/keys.js';
import { releases } from './list.js';
import type { Line } from './line.js';
import { secondLine } from './2.x/index.js';

export const firstLine: Line = {
  name: '1.x',
  releases,
  base,
  coreTables,
  coreColumns: [
    key.column('sessions', 'session_number'),
    key.column('tasks', 'epic_id'),
    key.column('tests', 'task_id'),
  ],
  baseTables,
};

/** Every line, oldest first. */
export const lines: readonly Line[] = [firstLine, secondLine];
