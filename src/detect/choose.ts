import { UpgradeError } from '../errors/error.js';
import { commandLineSource } from './direct.js';
import { databaseUrlOf } from '../database/database-url.js';
import { shellWord } from '../inert/shell.js';
import { hostAndPort } from '../database/host-and-port.js';
import type { Candidate } from './candidates.js';
import type { Place } from '../database/place.js';
import type { Alternative, Attempt, DirectTarget, DockerTarget, KeptVolume, Target } from '../database/target.js';

export interface Described {
  readonly candidate: Candidate;
  /** In a few words; null where nobody looked. */
  readonly holds: string | null;
}

/** YF318, with each candidate for `--json`. */
export class SeveralDatabases extends UpgradeError {
  readonly candidates: readonly Alternative[];

  constructor(described: readonly Described[]) {
    const schemas = described.filter(({ candidate }) => candidate.schema !== undefined);
    const all = described.map(({ candidate }) => candidate);
    super({
      code: 'YF318',
      message:
        schemas.length > 0
          ? `Several schemas of the database ${schemas[0]?.candidate.database ?? ''} hold a YokeFlow, and nothing says which one is meant.`
          : "Several databases may be YokeFlow's, and nothing says which one is meant.",
      found: described.map((one) => `${candidateText(one, all)}. To choose it: ${optionFor(one.candidate, all)}`),
      remedy: 'Give the option of the one that YokeFlow uses. Nothing was changed, and none of them was taken.',
    });
    this.candidates = described.map((one) => alternative(one, all, false));
  }
}

/**
 * The target of a candidate. Its `reason` says why it was taken and what else leads to it; `alternatives` has the others.
 * @param others what was passed over, by the user's choice
 */
export function targetOf(
  { target, place, otherWays, schema }: Candidate,
  others: readonly Described[] = [],
): DirectTarget | DockerTarget | undefined {
  if (target === undefined) return undefined;
  const all = [...others.map(({ candidate }) => candidate), { target, otherWays, ...(place && { place }) }];
  const alternatives = [
    ...otherWays.map((way) => alternative({ candidate: { target: way, otherWays: [] }, holds: null }, all, true)),
    ...others.map((one) => alternative(one, all, one.candidate.schema !== undefined)),
  ];
  return {
    ...target,
    reason: reasonOf(target, otherWays, others.length > 0),
    ...(schema !== undefined && { schema }),
    ...(alternatives.length > 0 && { alternatives }),
  };
}

function reasonOf(target: DirectTarget | DockerTarget, otherWays: readonly DirectTarget[], byUser: boolean): string {
  const because = byUser
    ? 'chosen by you'
    : target.kind === 'direct' && !target.source.startsWith(commandLineSource) && target.container === undefined
      ? `${target.reason}; no container of YokeFlow's could be used`
      : target.reason;
  return [because, ...otherWays.map(({ source }) => `${source} leads to the same database`)].join('; ');
}

/** The option that chooses a candidate, as a shell reads it. */
export function optionFor({ target, place, address, schema }: Candidate, all: readonly Candidate[]): string {
  const one = target ?? address ?? place;
  if (one === undefined) return '--database-url URL';
  const isAmbiguous = all.some(
    (other) => 'containerId' in one && containerOf(other) === one.container && idOf(other) !== one.containerId,
  );
  return [...optionWords(one, isAmbiguous), ...(schema === undefined ? [] : ['--schema', schema])]
    .map((word) => shellWord(word))
    .join(' ');
}

/** @param isAmbiguous whether another engine has a container of that name; no two have one id */
function optionWords(one: DirectTarget | DockerTarget | Place, isAmbiguous: boolean): string[] {
  if (!('containerId' in one)) return ['--database-url', databaseUrlOf(withoutTls(one))];
  return ['--container', isAmbiguous ? one.containerId.slice(0, 12) : one.container, ...namedWords(one)];
}

/** The options for what of a target the user named or chose within its container. */
export function namedWords(one: DockerTarget | Place): string[] {
  if (!('named' in one)) return [];
  return (one.named ?? []).flatMap((part) => [`--${part}`, String(one[part])]);
}

/** The option that leads to a target again, where the user chose it among several; undefined where it is found alone. */
export function chosenOption(target: Target): string[] | undefined {
  if (target.kind === 'embedded' || !target.alternatives?.some(({ sameDatabase }) => !sameDatabase)) return undefined;
  return optionWords(
    target,
    target.alternatives.some(({ container }) => target.kind === 'docker' && container === target.container),
  );
}

function containerOf({ target, place }: Candidate): string | undefined {
  return place?.container ?? (target?.kind === 'docker' ? target.container : undefined);
}

function idOf({ target, place }: Candidate): string | undefined {
  return place?.containerId ?? (target?.kind === 'docker' ? target.containerId : undefined);
}

/** Image, state, ports and project of a container, as far as the engine says them. */
function placeFacts({ image, state, bindings, project }: Place): string[] {
  if (image === undefined) return [];
  const ports = [...new Set(bindings.map(({ port }) => port))];
  return [
    image && `image ${image}`,
    state,
    ports.length > 0 && `published port ${ports.join(', ')}`,
    project && `project ${project}`,
  ].filter((fact): fact is string => Boolean(fact));
}

/** What DATABASE_URL or .env says of the same address counts again, its password and TLS included. */
function withoutTls(target: DirectTarget): DirectTarget {
  return target.source.startsWith(commandLineSource) ? target : { ...target, ssl: 'prefer' };
}

/** A candidate in one line. */
export function candidateText({ candidate, holds }: Described, all: readonly Candidate[]): string {
  const { target, place, source, unusable, note, unread, otherWays } = candidate;
  const isAmbiguous =
    place && all.some((one) => one.place?.container === place.container && one.place.containerId !== place.containerId);
  const direct = target?.kind === 'direct' ? target : candidate.address;
  const where =
    place && direct === undefined
      ? `in container ${place.container}${isAmbiguous ? ` on ${place.engine.url}` : ''}`
      : direct
        ? `on ${hostAndPort(direct)}`
        : '';
  const named = [
    where,
    source === undefined ? '' : `from ${source}`,
    ...otherWays.map((way) => `from ${way.source} too`),
  ]
    .filter(Boolean)
    .join(', ');
  const facts = [
    unusable && [unusable.failed, unusable.remedy].filter(Boolean).join('. ').replace(/\.$/, ''),
    holds,
    note,
    // Whoever has looked at what it holds has met the same.
    holds === null && unread !== undefined && `it could not be looked at: ${unread}`,
    place && direct === undefined && placeFacts(place).join(', '),
  ]
    .filter(Boolean)
    .join('; ');
  const schema = candidate.schema === undefined ? '' : `, schema ${candidate.schema},`;
  return `${[`${candidate.database ?? 'a database'}${schema}`, named].join(' ')}${facts === '' ? '' : `: ${facts}`}`;
}

function alternative({ candidate, holds }: Described, all: readonly Candidate[], sameDatabase: boolean): Alternative {
  const { target, place, address, database } = candidate;
  const direct = target?.kind === 'direct' ? target : address;
  return {
    kind: direct === undefined && place !== undefined ? 'docker' : (target?.kind ?? 'direct'),
    container:
      direct === undefined ? (place?.container ?? (target?.kind === 'docker' ? target.container : null)) : null,
    host: direct?.host ?? null,
    port: direct && !direct.host.startsWith('/') ? direct.port : null,
    database: target?.database ?? database ?? null,
    ...(candidate.schema !== undefined && { schema: candidate.schema }),
    user: target?.user ?? direct?.user ?? null,
    sameDatabase,
    ...(direct === undefined &&
      place?.image !== undefined && {
        image: place.image,
        state: place.state ?? null,
        ports: place.bindings.map(({ address, port }) => `${address || '*'}:${port}`),
        project: place.project ?? null,
      }),
    unusable: candidate.unusable?.failed ?? null,
    holds,
    option: optionFor(candidate, all),
  };
}

/**
 * YF201, with every place that was looked in.
 * @param failure what says most of why; its code and remedy come first, unless a container only has to be started
 */
export function nothingFound(
  attempts: readonly Attempt[],
  candidates: readonly Candidate[] = [],
  failure?: UpgradeError,
): UpgradeError {
  // A container that only has to be started is most likely the one.
  const [remedy, ...others] = candidates.flatMap(({ place, unusable }) =>
    place && unusable?.remedy ? [unusable.remedy] : [],
  );
  if (remedy === undefined && failure !== undefined)
    return failure.with({
      found: attempts.length === 0 ? failure.found : attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
    });
  return new UpgradeError({
    code: 'YF201',
    message: 'No YokeFlow database was found.',
    found: attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
    remedy:
      remedy !== undefined && others.length === 0
        ? remedy
        : 'Name the database: --container NAME for a running container, or --database-url URL for a direct connection.',
  });
}

/** YF253: the container is gone, and what it kept its data in is not. */
export function onlyVolume(volumes: readonly KeptVolume[], attempts: readonly Attempt[]): UpgradeError {
  const [first] = volumes;
  const project = first?.project === undefined ? '' : ` -p ${shellWord(first.project)}`;
  return new UpgradeError({
    code: 'YF253',
    message: `There is no container of YokeFlow's database, and its data is still there: in the volume ${volumes.map(({ name }) => name).join(', ')}.`,
    found: attempts.map(({ tried, failed }) => `${tried}: ${failed}`),
    remedy: `In the folder of YokeFlow's compose file, run: docker compose${project} up -d postgres`,
  });
}
