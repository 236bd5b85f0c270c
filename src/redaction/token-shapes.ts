/**
 * What secrets of well-known services look like, each begun by something that no word is. Sources: the services' own
 * documentation, and the rules of secret scanners such as gitleaks.
 */
export const tokenShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  // JSON Web Tokens, and half ones.
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /(?<![\w-])(?:sk|pk|rk|whsec)[-_](?:[a-z0-9]+[-_])*[A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])gh[opusr]_[A-Za-z0-9]{16,}/g,
  /(?<![A-Za-z0-9])(?:github_pat|glpat|gldt|glrt|npm|pypi|hf|dop_v1|doo_v1|dapi|shpat|shpss|sbp|nfp|lin_api|figd|ATATT|AVNS|vercel|r8|tvly|gsk)[_-][\w-]{10,}/g,
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xwfp)-[\w-]{8,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])(?:AIza[\w-]{30,}|ya29\.[\w-]{10,}|GOCSPX-[\w-]{10,})/g,
  /(?<![A-Za-z0-9])SG\.[\w-]{10,}\.[\w-]{10,}/g,
  /(?<!\d)\d{8,10}:AA[\w-]{30,}/g,
  // PostgreSQL's own stored passwords ("pg_authid").
  /SCRAM-SHA-256\$[^\s'"]+/g,
  /(?<![A-Za-z0-9])md5[0-9a-f]{32}(?![0-9a-f])/g,
];
