/** How a parameter of libpq is taken here. */
export interface Parameter {
  /** As a connection string spells it; absent for what only a variable can say. */
  readonly keyword?: string | undefined;
  /** The environment variable of the same meaning, where there is one. */
  readonly variable?: string | undefined;
  /**
   * `honoured`: it does here what it does in libpq. `ignored`: it changes neither which server answers nor what is
   * demanded of it; `because` says what is done instead. `refused`: psql would be led elsewhere, or would demand more.
   */
  readonly treatment: 'honoured' | 'ignored' | 'refused';
  readonly because?: string;
  /** Values of a refused one that mean what is done here anyway, libpq's default among them. */
  readonly harmless?: readonly string[];
  /** What to do in its place. */
  readonly instead?: string;
}

const honoured = (keyword: string | undefined, variable?: string): Parameter => ({
  keyword,
  variable,
  treatment: 'honoured',
});
const ignored = (keyword: string | undefined, variable: string | undefined, because: string): Parameter => ({
  keyword,
  variable,
  treatment: 'ignored',
  because,
});
const refused = (
  keyword: string | undefined,
  variable: string | undefined,
  instead: string,
  harmless: readonly string[] = [],
): Parameter => ({ keyword, variable, treatment: 'refused', instead, harmless });

const unset = 'Leave it out.';
const noOAuth = 'it counts only where the server asks for OAuth, and there the connection fails with YF219';
const noGss = 'no connection here is made or encrypted with Kerberos';
const ownKeepalives = 'every connection here sends keepalives after 10 seconds';
const ownSettings = 'every session here makes this setting itself';

/**
 * Every parameter of libpq, up to PostgreSQL 18: "Parameter Key Words" and "Environment Variables" of its documentation
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS, libpq-envars.html), and those that
 * older releases had.
 */
export const parameters: readonly Parameter[] = [
  honoured('service', 'PGSERVICE'),
  honoured('servicefile', 'PGSERVICEFILE'),
  honoured(undefined, 'PGSYSCONFDIR'),
  honoured('host', 'PGHOST'),
  honoured('hostaddr', 'PGHOSTADDR'),
  honoured('port', 'PGPORT'),
  honoured('dbname', 'PGDATABASE'),
  honoured('user', 'PGUSER'),
  honoured('password', 'PGPASSWORD'),
  honoured('passfile', 'PGPASSFILE'),
  honoured('options', 'PGOPTIONS'),
  honoured('connect_timeout', 'PGCONNECT_TIMEOUT'),
  honoured('sslmode', 'PGSSLMODE'),
  honoured('sslrootcert', 'PGSSLROOTCERT'),
  honoured('sslcert', 'PGSSLCERT'),
  honoured('sslkey', 'PGSSLKEY'),
  honoured('sslpassword'),
  honoured('sslcrl', 'PGSSLCRL'),
  honoured('sslsni', 'PGSSLSNI'),
  honoured('ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION'),
  honoured('ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION'),
  honoured('target_session_attrs', 'PGTARGETSESSIONATTRS'),
  honoured('load_balance_hosts', 'PGLOADBALANCEHOSTS'),

  refused('replication', undefined, unset, ['false', 'off', 'no', '0']),

  refused(
    'require_auth',
    'PGREQUIREAUTH',
    'Which way of logging in the server asks for is not checked here. Leave it out.',
  ),
  refused('channel_binding', 'PGCHANNELBINDING', 'There is no channel binding here. Use sslmode=verify-full.', [
    'prefer',
    'disable',
  ]),
  refused('requirepeer', 'PGREQUIREPEER', 'Who owns the socket is not checked here. Leave it out.'),
  refused('gssencmode', 'PGGSSENCMODE', 'There is no encryption with Kerberos here. Use sslmode=verify-full.', [
    'prefer',
    'disable',
  ]),
  refused('sslnegotiation', 'PGSSLNEGOTIATION', unset, ['postgres']),
  refused(
    'sslcertmode',
    'PGSSLCERTMODE',
    'Whether the server asks for a certificate is not checked here. Leave it out.',
    ['allow', 'disable'],
  ),
  refused('sslcrldir', 'PGSSLCRLDIR', 'A folder of lists of revoked certificates is not read. Use sslcrl=FILE.'),
  refused('min_protocol_version', 'PGMINPROTOCOLVERSION', unset, ['3.0']),
  refused(undefined, 'PGREQUIRESSL', 'Use PGSSLMODE=require.', ['0']),
  refused('scram_client_key', undefined, 'Use the password.'),
  refused('scram_server_key', undefined, 'Use the password.'),
  ignored('oauth_issuer', undefined, noOAuth),
  ignored('oauth_client_id', undefined, noOAuth),
  ignored('oauth_client_secret', undefined, noOAuth),
  ignored('oauth_scope', undefined, noOAuth),

  ignored('application_name', 'PGAPPNAME', 'sessions here go by a name of their own'),
  ignored('fallback_application_name', undefined, 'sessions here go by a name of their own'),
  ignored('client_encoding', 'PGCLIENTENCODING', 'every session here is in UTF8'),
  ignored('keepalives', undefined, ownKeepalives),
  ignored('keepalives_idle', undefined, ownKeepalives),
  ignored('keepalives_interval', undefined, ownKeepalives),
  ignored('keepalives_count', undefined, ownKeepalives),
  ignored('tcp_user_timeout', undefined, 'a lost connection is noticed in other ways'),
  ignored('sslcompression', 'PGSSLCOMPRESSION', 'no TLS library of today compresses'),
  ignored('sslkeylogfile', undefined, 'no keys are written anywhere'),
  ignored('max_protocol_version', 'PGMAXPROTOCOLVERSION', 'protocol 3.0 is spoken, which every maximum allows'),
  ignored('krbsrvname', 'PGKRBSRVNAME', noGss),
  ignored('gsslib', 'PGGSSLIB', noGss),
  ignored('gssdelegation', 'PGGSSDELEGATION', noGss),
  ignored('authtype', 'PGAUTHTYPE', 'libpq ignores it'),
  ignored('tty', 'PGTTY', 'libpq ignores it'),
  ignored(undefined, 'PGREALM', 'libpq ignores it'),
  ignored(undefined, 'PGDATESTYLE', ownSettings),
  ignored(undefined, 'PGTZ', ownSettings),
  ignored(undefined, 'PGGEQO', 'it only changes how a query is planned'),
  ignored(undefined, 'PGLOCALEDIR', "libpq's own messages are not shown"),
  ignored(undefined, 'PGOAUTHDEBUG', 'there is no OAuth here'),
];

export const parameterOf = (keyword: string): Parameter | undefined =>
  parameters.find((one) => one.keyword === keyword);

/** Whether a value of a parameter means what is done here anyway. libpq takes an empty setting for none. */
export function isHarmless({ treatment, harmless }: Parameter, value: string | undefined): boolean {
  return treatment !== 'refused' || !value || harmless?.includes(value) === true;
}
