#!/usr/bin/env node
import { ExitCode } from './errors/error.js';
import { runCommandLine } from './commands/run.js';
import { endWithTerminal } from './hung-up.js';

endWithTerminal();

// A terminal or a pipe that is gone must not end a run in the middle of rolling back.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Whatever ends this program early must not look like success.
process.exitCode = ExitCode.failed;
process.exitCode = await runCommandLine(process.argv.slice(2));
// Whoever leaves, or is refused, does not wait for what is still open, such as a server that was asked and never answers;
// writing nothing waits for what was written.
if (process.exitCode === ExitCode.cancelled || process.exitCode === ExitCode.refused) process.stdout.write('', () => process.stderr.write('', () => process.exit()));
