import type { Session } from '../database/session.js';
import type { Snapshot } from '../catalog/snapshot.js';
import { parseKey } from '../catalog/keys.js';
import { visible } from '../inert/visible.js';
import { probeInPassing, type ProbeResult } from './probes.js';
import type { Violation } from '../catalog/compare.js';
import type { CatalogCheck } from '../catalog/expectation.js';
import type { Step } from '../releases/release.js';
import { plural } from '../inert/words.js';
import type { Version } from '../planning/version.js';
import type { Check } from '../inspection/check.js';

const mend = 'Run: yokeflow-upgrade upgrade';
const unhindered =
  'Leave --strict out, or take away what hinders the probe. What it means: yokeflow-upgrade explain YF816';

export function catalogChecks(version: Version): Check[] {
  return version.steps.flatMap(({ step, checks }) =>
    checks.map(({ check, violations }): Check => {
      const ok = violations.length === 0;
      const missing = ok ? undefined : allMissing(check, violations);
      return {
        id: check.id,
        title: check.title,
        system: step.system,
        ok,
        expected: ok
          ? 'as released and fixed'
          : listed(violations.map(({ subject, expected }) => `${subject}: ${expected}`)),
        found: ok ? 'as expected' : (missing ?? listed(violations.map(({ subject, found }) => `${subject}: ${found}`))),
        remedy: ok ? '' : mend,
        ...(missing !== undefined && { allMissing: true as const }),
      };
    }),
  );
}

const wholes: ReadonlySet<string> = new Set(['table', 'view', 'view column', 'function']);

/** A short text where everything that a check looks for is missing: its title names it already. */
function allMissing({ expectations }: CatalogCheck, violations: readonly Violation[]): string | undefined {
  const [first] = violations;
  if (!violations.every(({ absent }) => absent !== undefined)) return undefined;
  if (violations.length === 1 && (wholes.has(parseKey(first?.absent ?? '').kind) || expectations.length === 1))
    return 'missing';
  if (violations.length < expectations.length) return undefined;
  return violations.length === 2 ? 'both missing' : `all ${violations.length} missing`;
}

/** How many differences one check lists. */
const LISTED = 3;

function listed(differences: readonly string[]): string {
  const more = differences.length - LISTED;
  return [...differences.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

export interface Strictness {
  /** Whether what could not be probed counts as failed. */
  readonly strict?: boolean | undefined;
}

/**
 * The checks that come of running the probes. Pure.
 * @param options.strict whether what could not be probed counts as failed
 */
export function probeChecks(results: readonly ProbeResult[], { strict = false }: Strictness = {}): Check[] {
  return results.map(({ step, probe, outcome, found, hindrance }) => {
    const ok = outcome === 'works' || (outcome === 'not probed' && !strict);
    return {
      id: probe.id,
      title: probe.title,
      system: step.system,
      ok,
      expected: 'it works',
      found: visible(found),
      remedy: ok ? '' : outcome === 'fails' ? mend : unhindered,
      ...(outcome === 'not probed' && { probed: false as const }),
      ...(hindrance && { hindrance }),
    };
  });
}

/** How many checks passed and how many were not probed, for a sentence. Pure. */
export function passedText(checks: readonly Check[]): string {
  const skipped = checks.filter(({ probed }) => probed === false).length;
  return (
    plural(checks.length - skipped, 'check passed', 'checks passed') +
    (skipped > 0 ? `, ${plural(skipped, 'was not probed', 'were not probed')}` : '')
  );
}

export interface Verification {
  readonly checks: readonly Check[];
  /** Steps that the catalog calls applied and a probe calls broken, with what the probe said. */
  readonly failing: ReadonlyMap<string, string>;
  /** False where the server takes no writes, not even ones that are rolled back. */
  readonly probed: boolean;
}

/** Every probe of these steps, on a server that takes no writes. */
function unwritable({ server }: Snapshot, steps: readonly Step[]): ProbeResult[] {
  const found = `not probed, because this server is ${server.inRecovery ? 'a standby' : 'read-only'}`;
  return steps.flatMap((step) => step.probes.map((probe) => ({ step, probe, outcome: 'not probed', found })));
}

/**
 * Runs every check, the probes of all steps that are there included. Nothing remains of it.
 * @param lockTimeoutMs the longest wait for a lock, in ms
 * @param options.strict whether what could not be probed counts as failed
 * @throws {DatabaseError} where a lock was not to be had
 * @throws {ConnectionLost}
 */
export async function verify(
  session: Session,
  snapshot: Snapshot,
  version: Version,
  lockTimeoutMs: number,
  { strict }: Strictness = {},
): Promise<Verification> {
  const probed = !snapshot.server.inRecovery && !snapshot.server.readOnly;
  // A step that is not applied would fail all its probes, and that says nothing new.
  const present = version.steps.filter(({ status }) => status !== 'pending').map(({ step }) => step);
  const results = probed
    ? await probeInPassing(session, snapshot, present, lockTimeoutMs)
    : strict
      ? unwritable(snapshot, present)
      : [];
  const applied = new Set(version.steps.filter(({ status }) => status === 'applied').map(({ step }) => step.id));
  const failing = results
    .filter(({ outcome, step }) => outcome === 'fails' && applied.has(step.id))
    .map(({ step, probe, found }): [string, string] => [
      step.id,
      `applied and broken: "${probe.title}" fails: ${found}`,
    ]);
  return {
    checks: [...catalogChecks(version), ...probeChecks(results, { strict })],
    failing: new Map(failing),
    probed,
  };
}
