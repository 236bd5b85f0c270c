/** Something answered a connection attempt and does not speak PostgreSQL's protocol: a web server, an ssh server, another database. */
export class NotPostgres extends Error {
  override readonly name = 'NotPostgres';

  /** @param greeting the beginning of what it sent, as text */
  constructor(readonly greeting: string) {
    super(`what answered does not speak PostgreSQL's protocol: ${greeting}`);
  }
}
