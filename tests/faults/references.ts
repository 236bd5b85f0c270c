import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runCommand } from '../support/command.js';
import type { Disk, Ground, MakeGround } from './ground.js';
import { momentOf, type Moment } from './moments.js';
import type { CommandName } from './options.js';
import { archivesIn, type Ends } from './states.js';
import type { Trial } from './trials.js';

/** What a run without a fault is like. */
export interface Reference extends Ends {
  /** How long it takes, in ms. */
  readonly duration: number;
  /** The phases that it tells of, in order. */
  readonly phases: readonly string[];
  /** The archive to restore; empty where none is. */
  readonly file: string;
}

const nothing: Moment = { catalog: [], rows: {} };

/** Runs each trial once without a fault, when it is first needed. */
export class References {
  private readonly known = new Map<string, Promise<Reference>>();
  private readonly archives = new Map<string, Promise<string>>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-archives-'));

  of(command: CommandName, trial: Trial, ground: MakeGround, disk: Disk): Promise<Reference> {
    return remembered(this.known, `${command} ${trial.name}`, () => this.run(trial, ground, disk));
  }

  /** Removes the archives. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(trial: Trial, ground: MakeGround, disk: Disk): Promise<Reference> {
    const { archived } = trial;
    const file =
      archived === undefined
        ? ''
        : await remembered(this.archives, archived, () => this.archive(archived, ground, disk));
    const place = await ground({ sql: trial.sql, disk });
    const leaves = trial.somebody === true ? await whoIsConnected(place) : undefined;
    try {
      const before = trial.sql === undefined ? nothing : await momentOf(place);
      const start = Date.now();
      const result = await runCommand(
        [...trial.line(place, file), '--json', '--events', ...place.target],
        place.options,
      );
      const duration = Date.now() - start;
      if (result.exitCode !== 0)
        throw new Error(
          `${trial.name} does not succeed even without a fault: exit ${result.exitCode}\n${result.stdout}\n${result.stderr}`,
        );
      const phases = result
        .events()
        .flatMap(({ event, key, state }) =>
          event === 'phase' && state === 'started' ? [`the phase "${String(key)}"`] : [],
        );
      return { before, after: await momentOf(place), duration, phases, file };
    } finally {
      await leaves?.();
      await place.leave();
    }
  }

  private async archive(sql: string, ground: MakeGround, disk: Disk): Promise<string> {
    const place = await ground({ sql, disk });
    try {
      const { exitCode, stderr } = await runCommand(
        ['backup', '--backup-dir', place.folder, ...place.target],
        place.options,
      );
      const [made] = archivesIn(place);
      if (made === undefined) throw new Error(`no archive to restore could be made: exit ${exitCode}\n${stderr}`);
      const kept = join(this.folder, `${randomUUID()}.dump`);
      copyFileSync(made, kept);
      return kept;
    } finally {
      await place.leave();
    }
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** Somebody connects to the database, and stays until the returned function is called or the server ends it. */
export async function whoIsConnected(ground: Ground): Promise<() => Promise<void>> {
  const { host, port, user, password } = await ground.server();
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database: ground.name,
    ssl: false,
    application_name: 'somebody',
  });
  client.on('error', () => undefined);
  await client.connect();
  return () => client.end().catch(() => undefined);
}
