import type { DirectTarget, DockerTarget } from '../../database/target.js';
import type { Connect } from '../../database/connect.js';
import type { Place } from '../../database/place.js';
import type { Candidate } from '../../detect/candidates.js';
import { optionFor, SeveralDatabases, targetOf, type Described } from '../../detect/choose.js';
import { DatabaseError } from '../../database/session.js';
import { UpgradeError } from '../../errors/error.js';
import { visible } from '../../inert/visible.js';
import { describe } from './candidates.js';
import { throughPort } from './through-port.js';
import { located, refusing, type Located } from './located.js';
import { admit } from './password.js';
import { databasesWithYokeflow, readInside, type Inside } from './look-inside.js';
import { closeKept, takeKept } from '../kept-session.js';
import { whenReady } from './ready.js';
import type { Run } from '../run.js';

/** How many other databases an error names. */
const MOST_NAMED = 2;

/** Errors that are of the one database, and not of its server. */
const ofTheDatabase: ReadonlySet<string> = new Set(['YF206', 'YF214', 'YF218']);

/**
 * Waits until the server of the database that was found is ready. Where YokeFlow is not in that database and is in another one of its
 * server, that one is taken where it is the only one and nobody named this one; a person is asked.
 * @returns the database to work on. Where no connection comes about, its `connect` says why
 * @throws {UpgradeError} YF318 where there are several and nobody answers
 */
export async function settle(run: Run, found: Located, place?: Place): Promise<Located> {
  const { target } = found;
  if (target.kind === 'embedded') return found;
  const seen = await firstLook(run, found);
  const other = seen instanceof UpgradeError ? await otherWay(run, target, seen, place) : undefined;
  if (other !== undefined) return settle(run, other, other.target.kind === 'docker' ? place : undefined);
  if (seen instanceof UpgradeError && !ofTheDatabase.has(seen.code)) return refusing(found, seen);
  const isEnough = run.options.schema !== undefined || mayBeEmpty(run);
  const schemas = seen instanceof UpgradeError ? undefined : seen?.schemas;
  if (!isEnough && schemas !== undefined && schemas.length > 1)
    return oneOf(
      run,
      schemas.map((schema) => ({ ...candidateOf(target, target.database, place), schema })),
    );
  if (isEnough || (!(seen instanceof UpgradeError) && schemas?.length !== 0)) return handingOver(run, found);
  await closeKept(run);

  const others = seen instanceof UpgradeError ? undefined : seen?.others;
  const databases = await run.unlessSlow("Looking for YokeFlow in the server's other databases", () =>
    databasesWithYokeflow(target, others),
  );
  if (databases.length === 0) return seen instanceof UpgradeError ? refusing(found, seen) : found;
  const candidates = databases.map((database) => candidateOf(target, database, place));
  if (isNamed(target)) {
    const elsewhere = candidates.map((one) => ({ database: one.database ?? '', option: optionFor(one, []) }));
    return seen instanceof UpgradeError ? refusing(found, withElsewhere(seen, elsewhere)) : { ...found, elsewhere };
  }
  const [only, ...more] = candidates;
  if (only !== undefined && more.length === 0 && !run.isAttended) return located(targetOf(only));
  const described = await run.unlessSlow('Looking at each database that was found', () =>
    describe([...candidates, candidateOf(target, target.database, place)], run.options),
  );
  const chosen = await run.decide({ kind: 'database', described });
  if (chosen === undefined) throw new SeveralDatabases(described);
  if (chosen.candidate.database === target.database && seen instanceof UpgradeError) return refusing(found, seen);
  return taken(chosen, described);
}

/**
 * Of several schemas of one database that hold a YokeFlow each, the one that the user chooses. Which one is first on the search path of this
 * role says nothing of YokeFlow's.
 */
async function oneOf(run: Run, candidates: readonly Candidate[]): Promise<Located> {
  await closeKept(run);
  const described = await run.unlessSlow('Looking at each schema that was found', () =>
    describe(candidates, run.options),
  );
  const chosen = await run.decide({ kind: 'database', described });
  if (chosen?.candidate.schema === undefined) throw new SeveralDatabases(described);
  run.chooseSchema(chosen.candidate.schema);
  return taken(chosen, described);
}

const taken = ({ candidate }: Described, described: readonly Described[]): Located =>
  located(
    targetOf(
      candidate,
      described.filter((one) => one.candidate !== candidate),
    ),
  );

/**
 * Another way into a container where psql cannot go the usual one: as the account that the server compares with the role, or where
 * there is no psql, through the published port.
 */
async function otherWay(
  run: Run,
  target: DirectTarget | DockerTarget,
  { code }: UpgradeError,
  place: Place | undefined,
): Promise<Located | undefined> {
  if (target.kind !== 'docker') return undefined;
  if (code === 'YF219' && target.account === undefined) {
    const asAccount = located({ ...target, account: target.user });
    return (await firstLook(run, asAccount)) instanceof UpgradeError ? undefined : asAccount;
  }
  const direct = code === 'YF208' && place ? await throughPort(target, place) : undefined;
  return direct && admit(run, located(direct));
}

/** The session of the first look serves the next one too: to connect takes as long as all that is asked. */
async function handingOver(run: Run, found: Located): Promise<Located> {
  // A restore renames the database, which nobody may be connected to.
  if (run.command === 'restore') {
    await closeKept(run);
    return found;
  }
  const connect: Connect = async (...part) => {
    const kept = (part[0] ?? 'look') === 'look' ? takeKept(run) : undefined;
    return kept ?? found.connect(...part);
  };
  return { ...found, connect };
}

/** Undefined where the server's catalog answers no such question. */
async function firstLook(run: Run, { target, connect }: Located): Promise<Inside | UpgradeError | undefined> {
  try {
    const { seen, session } = await whenReady(run, target, connect, async (opened) => {
      const inside = await readInside(opened).catch(unanswered);
      return { seen: inside, mayBeTemporary: inside?.isClosedOff === true };
    });
    await closeKept(run);
    run.keptOpen = session;
    return seen;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
}

/** A restore makes the database that is missing, and takes the place of one that is empty, as `--init` fills one. */
const mayBeEmpty = ({ command, options }: Run): boolean =>
  command === 'restore' || ('init' in options && options.init === true);

/** A catalog that does not answer the question is no hindrance to another look; a server that answers nothing is. */
function unanswered(error: unknown): undefined {
  if (!(error instanceof DatabaseError)) throw error;
}

/** Whether the user said which database it is to be: then no other one is taken. */
function isNamed(target: DirectTarget | DockerTarget): boolean {
  return target.kind === 'docker' ? (target.named ?? []).includes('database') : target.isDatabaseDefault !== true;
}

function candidateOf(target: DirectTarget | DockerTarget, database: string, place: Place | undefined): Candidate {
  const because = `found by looking: its database ${target.database} does not hold YokeFlow, and ${database} does`;
  const reason = database === target.database ? target.reason : `${target.reason}; ${because}`;
  const another =
    target.kind === 'docker'
      ? { ...target, database, reason, named: [...new Set([...(target.named ?? []), 'database' as const])] }
      : { ...target, database, reason };
  return { target: another, otherWays: [], database, ...(place && { place }) };
}

/** An error about a database without YokeFlow, with where on its server YokeFlow is. */
export function withElsewhere(error: UpgradeError, elsewhere: Located['elsewhere'] = []): UpgradeError {
  const [first] = elsewhere;
  const isEmpty = error.code === 'YF301' || error.code === 'YF361';
  if (first === undefined || !(isEmpty || ['YF206', 'YF302', 'YF214', 'YF218'].includes(error.code))) return error;
  const other = `If that is the one you mean, give: ${first.option}`;
  return error.with({
    found: [
      ...error.found,
      ...elsewhere
        .slice(0, MOST_NAMED)
        .map(
          ({ database, option }) =>
            `the database ${visible(database)} of the same server holds YokeFlow. To choose it: ${option}`,
        ),
      ...(elsewhere.length > MOST_NAMED ? [`and ${elsewhere.length - MOST_NAMED} more databases of this server`] : []),
    ],
    remedy: isEmpty ? [`${other}. Otherwise: `, ...[error.advice].flat()] : other,
  });
}
