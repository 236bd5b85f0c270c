import { arch, platform, release } from 'node:os';
import { packageVersion } from '../../machine/package-info.js';
import type { Redactor } from '../redaction/redactor.js';

/** This program and the machine that it runs on, as far as support needs them. */
export function toolFacts(redactor: Redactor, env: NodeJS.ProcessEnv = process.env) {
  return {
    version: redactor.text(packageVersion()),
    node: redactor.text(process.versions.node),
    platform: redactor.text(platform()),
    release: redactor.text(release()),
    architecture: redactor.text(arch()),
    /** Whether it runs from its own Docker image. */
    inItsImage: Boolean(env['YOKEFLOW_UPGRADE_IMAGE']),
    language: redactor.text(env['LC_ALL'] || env['LANG'] || 'not set'),
  };
}
