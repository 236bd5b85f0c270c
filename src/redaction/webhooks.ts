/** What tells an address whose path is the secret: whoever knows it may post there. For addresses without their scheme. */
export const webhook =
  /(?:^|[/.])hooks?[./]|webhook|\/services\/T[A-Z0-9]|api\.telegram\.org\/bot|\/incoming\/|(?:^|\.)(?:zapier|ifttt|pipedream|make)\.com\/./i;
