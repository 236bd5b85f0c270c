import { ExitCode } from '../errors/error.js';

/** What each exit code means, for scripts: in a few words for `--help`, in a sentence for the manual page. */
export const exitCodes: readonly { readonly code: ExitCode; readonly short: string; readonly meaning: string }[] = [
  { code: ExitCode.done, short: 'done', meaning: 'Done, or nothing to do.' },
  {
    code: ExitCode.failed,
    short: 'failed, at most enum labels stay',
    meaning:
      'Failed. The database is as it was, but for enum labels that may stay: the message names them, and error.leftBehind of --json.',
  },
  {
    code: ExitCode.usage,
    short: 'wrong usage',
    meaning: 'The command line is wrong, or a question would have to be asked and there is no terminal.',
  },
  { code: ExitCode.refused, short: 'refused', meaning: 'Refused before anything changed.' },
  {
    code: ExitCode.noDatabase,
    short: 'no database found or reached',
    meaning: 'No database was found or reached, or it lets nobody in.',
  },
  {
    code: ExitCode.busy,
    short: 'busy',
    meaning: "Another run is at work, or YokeFlow's locks did not come free within --wait.",
  },
  {
    code: ExitCode.changedAndFailing,
    short: 'changed, a check fails',
    meaning: 'The database changed and a check fails.',
  },
  {
    code: ExitCode.unknownOutcome,
    short: 'unknown, run status',
    meaning:
      'The outcome is unknown: the connection died around COMMIT, or an error that was not foreseen ended a change. Run status.',
  },
  {
    code: ExitCode.due,
    short: 'an upgrade or a repair is due',
    meaning: 'status, plan, verify: an upgrade or a repair is due.',
  },
  {
    code: ExitCode.cancelled,
    short: 'cancelled',
    meaning: 'Cancelled by the user. The message says whether anything changed.',
  },
];
