const hidden = '***';

/**
 * A connection string without its password, for messages. Hides too much rather than too little: a password that
 * is not percent-encoded may hold `@`, `/`, `?` and `#`, so everything up to the last `@` counts as one.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  // Without a scheme it may be anything, a bare password included; only libpq's keyword form is shown in part.
  if (scheme === undefined) return /^\s*\w+\s*=/.test(url) ? redactParameters(url) : hidden;
  const rest = url.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at === -1) return scheme + redactParameters(hideOddPort(rest));
  const credentials = colon === -1 || colon > at ? redactParameters(rest.slice(0, at)) : `${rest.slice(0, colon)}:${hidden}`;
  return `${scheme}${credentials}@${redactParameters(rest.slice(at + 1))}`;
}

/** A text without the passwords of any connection string in it: what people type by mistake comes back in messages. */
export function redactText(text: string): string {
  return redactParameters(text.replace(/[a-z][a-z0-9+.-]*:\/\/\S*@\S*/gi, redactUrl));
}

/** Hides password parameters of a query (`?password=x`) and of libpq's keyword form (`password='x y'`). */
function redactParameters(text: string): string {
  return text.replace(/((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^&\s]*)/gi, `$1${hidden}`);
}

/** A "port" that is no number is the password of a URL that was cut off, for example at an unquoted #. */
function hideOddPort(rest: string): string {
  return /^(\[[^\]]*\]|[^:/?[]*):(?!\d*([/?]|$))/.test(rest) ? rest.replace(/^([^:]*):.*$/s, `$1:${hidden}`) : rest;
}
