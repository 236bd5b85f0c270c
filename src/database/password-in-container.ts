import { imageVariables } from './image-variables.js';

/**
 * Shell lines that run in the container and set PGPASSWORD there, from the container's own environment or secret
 * file, so that the password never reaches this process, its arguments or the engine's API.
 */
export const READ_PASSWORD = `
if [ -z "\${PGPASSWORD:-}" ]; then
  for name in ${imageVariables.password.join(' ')}; do
    eval "file=\\\${\${name}_FILE:-} PGPASSWORD=\\\${$name:-}"
    if [ -n "$file" ] && [ -r "$file" ]; then PGPASSWORD=$(cat "$file"); fi
    [ -z "$PGPASSWORD" ] || break
  done
  export PGPASSWORD
fi`;

/**
 * Shell lines that run in the container and let libpq find the server there: port and socket folder as the server itself wrote them into
 * postmaster.pid (lines 4 to 6: port, first socket folder, first address it listens at; miscadmin.h of PostgreSQL), wherever its
 * settings or its command line put them. YOKEFLOW_PORT is the port that the user named. Programs that are not on the PATH are looked
 * for where packages and images put them.
 */
export const FIND_SERVER = `
for folder in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin /opt/bitnami/postgresql/bin; do
  if [ -d "$folder" ]; then PATH="$PATH:$folder"; fi
done
for folder in "\${PGDATA:-/var/lib/postgresql/data}" "\${POSTGRESQL_DATA_DIR:-/bitnami/postgresql/data}" /var/lib/pgsql/data/userdata; do
  [ -r "$folder/postmaster.pid" ] || continue
  port='' socket='' address=''
  { read -r _; read -r _; read -r _; read -r port; read -r socket; read -r address; } <"$folder/postmaster.pid"
  [ -n "$port" ] || continue
  case "$address" in ''|'*'|0.0.0.0) address=127.0.0.1;; ::) address=::1;; esac
  PGHOST=\${socket:-$address} PGPORT=$port
  export PGHOST PGPORT
  break
done
if [ -n "\${YOKEFLOW_PORT:-}" ]; then PGPORT=$YOKEFLOW_PORT; export PGPORT; fi`;

/** The variable that {@link FIND_SERVER} reads. */
export function portOf({ port }: { readonly port?: number }): Record<string, string> {
  return port === undefined ? {} : { YOKEFLOW_PORT: String(port) };
}
