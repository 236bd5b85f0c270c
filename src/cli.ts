#!/usr/bin/env node
import { ExitCode } from './errors/error.js';
import { runCommandLine } from './commands/run.js';

// Whatever ends this program early must not look like success.
process.exitCode = ExitCode.failed;
process.exitCode = await runCommandLine(process.argv.slice(2));
