/** The exit codes of the command line; docs/automation.md documents them for scripts. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  noDatabase: 4,
  busy: 5,
  changedAndFailing: 6,
  unknownOutcome: 7,
  due: 10,
  cancelled: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * The number of every code that a user can meet. What each means stands in docs/errors.md. Codes are never reused and
 * never renumbered: support pages link to them.
 */
const numbers = [
  // 1xx: the command line
  101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,
  // 2xx: finding and reaching the database
  201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223,
  231, 232, 241, 242, 243, 244, 245, 246, 247, 249, 251, 252, 253, 261, 262,
  // 3xx: refused before anything changed
  301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 322, 323,
  331, 332, 333, 340, 341, 342, 343, 344, 345, 346, 347, 348, 349, 354, 355, 356, 361, 362, 363, 364,
  // 4xx: busy
  401, 402,
  // 5xx: failed, rolled back
  501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 512, 513, 514,
  // 6xx: after COMMIT
  601, 602,
  // 7xx: the user
  701,
  // 8xx: findings in a database
  801, 802, 803, 804, 805, 806, 807, 808, 809, 810, 811, 812, 813, 814, 815, 816, 817, 818, 819, 820, 821, 822, 823,
  824, 825, 826, 827, 828, 829, 830, 831, 832, 833, 834, 835, 836,
  // 9xx: this program
  901,
] as const;

export type ErrorCode = `YF${(typeof numbers)[number]}`;

export const errorCodes = numbers.map((number): ErrorCode => `YF${number}`);

/** The exit codes by the first digit of a code; one that only names a finding has none. */
const byKind: Readonly<Record<string, ExitCode>> = {
  1: ExitCode.usage,
  2: ExitCode.noDatabase,
  3: ExitCode.refused,
  4: ExitCode.busy,
  5: ExitCode.failed,
  6: ExitCode.changedAndFailing,
  7: ExitCode.cancelled,
  9: ExitCode.failed,
};

const exceptions: Partial<Record<ErrorCode, ExitCode>> = {
  YF108: ExitCode.failed,
  YF109: ExitCode.failed,
  YF110: ExitCode.failed,
  YF111: ExitCode.failed,
  YF113: ExitCode.failed,
  YF115: ExitCode.failed,
  YF209: ExitCode.usage,
  YF212: ExitCode.usage,
  YF231: ExitCode.usage,
  YF504: ExitCode.unknownOutcome,
  YF508: ExitCode.unknownOutcome,
};

/** The exit code of a run that ends with a code, where nothing else is said. Undefined for a finding, which ends none. */
export function exitCodeOf(code: ErrorCode): ExitCode | undefined {
  return exceptions[code] ?? byKind[code.charAt(2)];
}
