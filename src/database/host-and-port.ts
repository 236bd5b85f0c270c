/** A host and its port as an address is written: IPv6 in brackets ("IP Literals", RFC 3986). The folder of a local socket stands alone. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return isSocketFolder(host) ? host : `${bracketed(host)}:${port}`;
}

/** A host as it stands before a port. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether a host is the folder of a local socket, as libpq tells them apart. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/');
}
