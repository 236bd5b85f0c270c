// The house, top to bottom: a folder imports only what stands below its own line. Folders on one line do not import each other.
const house = [
  ['cli', 'api'],
  ['ui'],
  ['app'],
  ['support-report', 'demo'],
  ['restore', 'rehearse'],
  ['scratch'],
  ['backup'],
  ['engine'],
  ['inspection'],
  ['planning'],
  ['releases'],
  ['catalog'],
  ['detect'],
  ['database'],
  ['machine'],
  ['errors'],
  ['redaction'],
  ['inert'],
];

/** Packages and modules of Node's that only one place may load. */
const reserved = [
  { name: 'docker', what: ['dockerode'], only: '^src/database/' },
  { name: 'postgresql', what: ['pg'], only: '^src/database/' },
  // The demo makes the very database that it shows.
  { name: 'pglite', what: ['@electric-sql/pglite'], only: '^src/(database|demo)/' },
  { name: 'programs', what: ['child_process', 'node:child_process'], only: '^src/database/' },
  { name: 'prompts', what: ['inquirer', 'listr2'], only: '^src/ui/terminal/' },
  { name: 'arguments', what: ['commander'], only: '^src/cli/' },
];

const foldersOf = (names) => `^src/(${names.join('|')})/`;

const downOnly = house.flatMap((line, number) =>
  line.map((folder) => ({
    name: `${folder}-imports-below-only`,
    comment: `src/${folder} may import: ${house
      .slice(number + 1)
      .flat()
      .join(', ')}`,
    severity: 'error',
    from: { path: foldersOf([folder]) },
    to: { path: '^src/', pathNot: foldersOf([folder, ...house.slice(number + 1).flat()]) },
  })),
);

const reservedFor = reserved.map(({ name, what, only }) => ({
  name: `${name}-in-one-place`,
  comment: `${what.join(' and ')} only in ${only}`,
  severity: 'error',
  from: { path: '^src/', pathNot: only },
  // As Node has it (or as it is written, where it is not installed), as it is installed, and by its types.
  to: {
    path: what.flatMap((name) => [`^${name}$`, `(^|/)node_modules/${name}/`, `(^|/)node_modules/@types/${name}/`]),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...downOnly,
    {
      name: 'folder-without-a-place',
      comment: 'A new folder of src gets its line in the house first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: foldersOf(house.flat()) },
      to: {},
    },
    {
      name: 'scratch-reads-entries-only',
      comment: 'What fills a scratch database knows an archive by its list of contents, and nothing else of a backup.',
      severity: 'error',
      from: { path: '^src/scratch/' },
      to: { path: '^src/backup/', pathNot: '^src/backup/entries\\.ts$' },
    },
    {
      name: 'no-circular',
      comment: 'Imports of types count: a file that cannot be read without another is read with it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...reservedFor,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
