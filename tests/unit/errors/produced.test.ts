import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { errorCodes } from '../../../src/errors/codes.js';

const tests = fileURLToPath(new URL('../../', import.meta.url));

/** What the tests on real servers, engines and terminals are written in. */
const real = ['docker', 'e2e', 'integration', 'terminal', 'support']
  .flatMap((folder) =>
    readdirSync(join(tests, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(tests, folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

it('a test on the real thing expects each code of finding and reaching a database', () => {
  const ofFinding = errorCodes.filter((code) => code.startsWith('YF2'));
  expect(ofFinding.filter((code) => !real.includes(code))).toEqual([]);
});
