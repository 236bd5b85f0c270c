import type { LookupAddress } from 'node:dns';

/**
 * The addresses of a name, in the order in which the machine's resolver gives them. Node's resolver is loaded here and not before: an address
 * needs none.
 * @throws the resolver's own error
 */
export async function lookUp(name: string): Promise<LookupAddress[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(name, { all: true, verbatim: true });
}
