import { ExitCode } from '../errors/error.js';
import { runCommandLine } from './run.js';
import { endWithTerminal } from './hung-up.js';
import { watchOutputs } from './output.js';
import { holdsCredentials, rememberSlips } from '../redaction/slips.js';
import { asCoded } from '../app/failure.js';
import { outcomeIsKnown, watchForTheUnforeseen } from './unforeseen.js';
import { holdWarnings } from './warnings.js';

const words = process.argv.slice(2);
holdWarnings(words.includes('--events'));
watchForTheUnforeseen();
endWithTerminal();
watchOutputs();

const { PGHOST, PGHOSTADDR, PGPORT, PGUSER, PGDATABASE, PGSERVICE, DOCKER_HOST, DOCKER_CONTEXT } = process.env;
rememberSlips([...words, PGHOST, PGHOSTADDR, PGPORT, PGUSER, PGDATABASE, PGSERVICE, DOCKER_HOST, DOCKER_CONTEXT]);
// What ps shows of this process from now on.
if (words.some(holdsCredentials)) process.title = 'yokeflow-upgrade';

// Whatever ends this program early must not look like success.
process.exitCode = ExitCode.failed;
// cli.ts tells what could not be told here.
process.exitCode = await runCommandLine(words).catch((error: unknown) => {
  throw asCoded(error);
});
outcomeIsKnown();
// Nothing keeps the process alive once its outcome is known: a server that was asked and never answers would. Writing nothing
// waits for what was written.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
