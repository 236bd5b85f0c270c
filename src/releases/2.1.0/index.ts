import type { Release } from '../release.js';
import { completionReviews } from './completion-reviews.js';
import { epicFailureViews } from './epic-failure-views.js';
import { epicFailures } from './epic-failures.js';
import { epicInterventions } from './epic-interventions.js';
import { epicRetestViews } from './epic-retest-views.js';
import { epicRetests } from './epic-retests.js';
import { epicTests } from './epic-tests.js';
import { quality } from './quality.js';
import { roadmap } from './roadmap.js';
import { taskTestViews } from './task-test-views.js';
import { taskTests } from './task-tests.js';

export const release210: Release = {
  version: '2.1.0',
  sameSchemaAs: [],
  installedWhole: true,
  steps: [
    roadmap,
    taskTests,
    epicTests,
    epicInterventions,
    epicFailures,
    epicFailureViews,
    taskTestViews,
    epicRetests,
    epicRetestViews,
    completionReviews,
    quality,
  ],
};
