import { coreTables, baseTables } from '../../releases/base/index.js';
import { errorCodes } from '../../errors/codes.js';
import { explain } from '../../errors/explanations.js';
import { baseChecks, releases } from '../../releases/registry.js';

/** Names that this program's own messages, PostgreSQL and YokeFlow use: they tell nothing about anybody. */
const general = [
  'postgres',
  'postgresql',
  'template0',
  'template1',
  'public',
  'pg_catalog',
  'information_schema',
  'yokeflow_upgrade',
  'defaultdb',
  'yokeflow',
  'agent',
  'autonomous_coding',
  'yokeflow_postgres',
  'yokeflow-postgres',
  'autonomous_coding_postgres',
  'yokeflow_postgres_data',
  'localhost',
  'host',
  'user',
  'password',
  'database',
  'name',
  'root',
  'docker',
  'docker_engine',
  'alpine',
  'linux',
];

/** Logins that stand for a service and not for a person. */
const services = [
  'admin',
  'node',
  'app',
  'ubuntu',
  'debian',
  'ec2-user',
  'runner',
  'doadmin',
  'azure_superuser',
  'rdsadmin',
  'rds_superuser',
  'cloudsqlsuperuser',
  'supabase_admin',
  'neon_superuser',
  'www-data',
  'nobody',
  'shared',
  'default',
  'public',
];

/** The tables, views and functions that YokeFlow's releases bring. */
const yokeflowNames = [
  ...new Set([
    ...coreTables,
    ...baseTables,
    ...releases
      .flatMap(({ steps }) => steps)
      .flatMap(({ checks }) => checks)
      .flatMap(({ expectations }) => expectations)
      .flatMap((expectation) =>
        expectation.kind === 'body'
          ? []
          : [expectation.key.slice(expectation.key.indexOf(':') + 1).split('.')[0] ?? ''],
      ),
  ]),
];

export const publicWords: ReadonlySet<string> = new Set([...general, ...yokeflowNames]);

/** Logins that are shown as they are. Roles that begin with pg_ are PostgreSQL's own. */
export function isServiceLogin(name: string): boolean {
  const plain = name.toLowerCase();
  return publicWords.has(plain) || services.includes(plain) || /^pg_\w+$/.test(plain);
}

/** The words of this program's own texts, in small letters. */
let vocabulary: ReadonlySet<string> | undefined;

function ownWords(): ReadonlySet<string> {
  const explanations = errorCodes
    .map(explain)
    .flatMap(({ title, meaning, causes = [], remedy, changed }) => [title, meaning, ...causes, ...remedy, changed]);
  const steps = releases.flatMap(({ steps }) => steps);
  const titles = [
    ...steps.flatMap(({ id, system, title, without }) => [id, system, title, ...without]),
    ...[...baseChecks, ...steps.flatMap(({ checks, probes }) => [...checks, ...probes])].flatMap(({ id, title }) => [
      id,
      title,
    ]),
  ];
  return new Set(
    [...explanations, ...titles]
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu),
  );
}

/**
 * Whether a secret is a word that stands in every report. To mask it there would tell it, and nothing else is won: a
 * password like `session` is masked where it stands as a password, and nowhere else.
 */
export function isPublicWord(secret: string): boolean {
  vocabulary ??= ownWords();
  const plain = secret.toLowerCase();
  return publicWords.has(plain) || vocabulary.has(plain);
}

/** Whether a secret can be part of a public word, so that it only counts where it stands alone. */
export function isInsidePublicWord(secret: string): boolean {
  const plain = secret.toLowerCase();
  return [...publicWords].some((word) => word.includes(plain));
}
