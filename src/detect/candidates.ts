import { sameDatabase, type Identity } from './identity.js';
import { leadsInto, type SeenHost } from './leads-to.js';
import type { Place } from '../database/place.js';
import type { Detection, DirectTarget, DockerTarget, UnusableContainer } from '../database/target.js';

/** One database that may be YokeFlow's, with every way to it. */
export interface Candidate {
  /** The best way to it; absent where there is none now. */
  readonly target?: DockerTarget | DirectTarget;
  /** Where it is a container, running or not. */
  readonly place?: Place;
  readonly otherWays: readonly DirectTarget[];
  /** What names it, where it is an address: `DATABASE_URL`. */
  readonly source?: string;
  /** An address that leads nowhere, as far as it could be read. */
  readonly address?: DirectTarget;
  readonly database?: string;
  /** Where several schemas of one database hold a YokeFlow: the one that is meant here. */
  readonly schema?: string;
  /** Why there is no way to it now. */
  readonly unusable?: {
    readonly failed: string;
    readonly remedy?: string;
    readonly state?: UnusableContainer['state'];
    readonly canStart?: boolean;
    readonly isFailing?: boolean;
    readonly log?: readonly string[];
  };
  /** What else the user should know before choosing it. */
  readonly note?: string;
  /** Why it could not be asked whether it is one of the others. */
  readonly unread?: string;
}

/** What {@link findCandidates} cannot know by itself. */
export interface Questions {
  /** Connects to a database and asks for its identity; a text says why that was not possible. */
  readonly identityOf: (target: DockerTarget | DirectTarget) => Promise<Identity | string>;
  readonly seeHost: (target: DirectTarget) => Promise<SeenHost>;
  readonly own: ReadonlySet<string>;
}

/**
 * Makes one candidate of several ways to one database, and two of two databases: by what is published where that is
 * certain, and otherwise by asking both. What cannot be shown to be one is taken for two.
 */
export async function findCandidates(detection: Detection, questions: Questions): Promise<Candidate[]> {
  const containers = containerCandidates(detection);
  const direct = detection.targets.find((one) => one.kind === 'direct');
  const { unusableAddress } = detection;
  if (direct !== undefined) return withReachable(containers, direct, questions);
  if (unusableAddress === undefined) return containers;

  const { source, failed, target } = unusableAddress;
  const seen = target && (await questions.seeHost(target));
  const index = seen === undefined ? -1 : containers.findIndex((one) => isNamed(one, target, seen, questions.own));
  const owner = containers[index];
  const named = owner === undefined && seen && target ? addressed(detection, target, seen, questions.own) : undefined;
  if (named !== undefined) return [...containers, named];
  if (owner === undefined || target === undefined) {
    return [
      ...containers,
      { otherWays: [], source, unusable: { failed }, ...(target && { address: target, database: target.database }) },
    ];
  }
  return containers.with(index, { ...owner, otherWays: [target] });
}

function containerCandidates({ targets, places = [], unusableContainers = [] }: Detection): Candidate[] {
  const running = targets
    .filter((one) => one.kind === 'docker')
    .map((target): Candidate => {
      const place = places.find(({ containerId }) => containerId === target.containerId);
      return { target, otherWays: [], database: target.database, ...(place && { place }) };
    });
  const others = unusableContainers.filter((one) => !running.some(({ place }) => sharesData(place, one)));
  return [
    ...running,
    ...others.map(
      ({ place, database, ...unusable }): Candidate => ({
        place,
        otherWays: [],
        unusable,
        ...(database !== undefined && { database }),
      }),
    ),
  ];
}

/** A container that is down holds nothing of its own where a running one has its volume: compose gave it another name. */
function sharesData(running: Place | undefined, { place, state }: UnusableContainer): boolean {
  return (
    state === 'down' &&
    running?.data !== undefined &&
    running.data === place.data &&
    running.engine.url === place.engine.url
  );
}

async function withReachable(
  containers: readonly Candidate[],
  target: DirectTarget,
  { identityOf, seeHost, own }: Questions,
): Promise<Candidate[]> {
  const apart = (note?: string, unread?: string): Candidate[] => [
    ...containers,
    {
      target,
      otherWays: [],
      source: target.source,
      database: target.database,
      ...(note !== undefined && { note }),
      ...(unread !== undefined && { unread }),
    },
  ];
  const seen = await seeHost(target);
  const index = containers.findIndex(({ place }) => place && leadsInto(seen, place, own));
  const into = containers[index];
  if (into?.target !== undefined) {
    if (into.database !== target.database)
      return apart(`another database of the server in container ${into.place?.container}`);
    return containers.with(index, { ...into, otherWays: [target] });
  }
  if (into?.place !== undefined)
    return (
      intoUnusable(containers, index, target) ??
      apart(`something else than the container ${into.place.container} answers at the port that this one publishes`)
    );

  const running = containers.filter((one) => one.target !== undefined);
  if (running.length === 0) return apart();
  const mine = await identityOf(target);
  if (typeof mine === 'string') return apart(undefined, mine);
  for (const one of running) {
    const theirs = one.target && (await identityOf(one.target));
    if (theirs === undefined || typeof theirs === 'string' || !sameDatabase(mine, theirs)) continue;
    return containers.map((candidate) => (candidate === one ? { ...one, otherWays: [target] } : candidate));
  }
  return apart();
}

/** A paused container takes connections and answers none; one whose user is in a file can be used through its port. */
function intoUnusable(containers: readonly Candidate[], index: number, target: DirectTarget): Candidate[] | undefined {
  const into = containers[index];
  if (into === undefined) return undefined;
  const { unusable, ...rest } = into;
  if (unusable?.state === 'paused') return containers.with(index, { ...into, otherWays: [target] });
  if (unusable?.state === 'unknown')
    return containers.with(index, { ...rest, target, otherWays: [], source: target.source, database: target.database });
  return undefined;
}

/** A container that only looks like PostgreSQL, and that an address names which leads nowhere from here, whatever the container is called. */
function addressed(
  { lookalikes = [] }: Detection,
  address: DirectTarget,
  seen: SeenHost,
  own: ReadonlySet<string>,
): Candidate | undefined {
  const [only, ...others] = lookalikes.filter(({ place }) => leadsInto(seen, place, own));
  if (only === undefined || others.length > 0) return undefined;
  const { target, place } = only;
  const { database, source } = address;
  const named = [...new Set([...(target.named ?? []), 'database' as const])];
  return {
    target: { ...target, database, named, reason: `${source} names its host ${address.host}` },
    place,
    otherWays: [address],
    database,
  };
}

/** Whether an address that leads nowhere from here is meant for a container: by its compose service, or by its port. */
function isNamed(
  { place, database }: Candidate,
  target: DirectTarget | undefined,
  seen: SeenHost,
  own: ReadonlySet<string>,
): boolean {
  return (
    place !== undefined && (database === undefined || database === target?.database) && leadsInto(seen, place, own)
  );
}
