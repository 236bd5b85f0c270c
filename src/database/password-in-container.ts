/**
 * Shell lines that run in the container and set PGPASSWORD there, from the container's own environment or secret
 * file, so that the password never reaches this process, its arguments or the engine's API.
 */
export const READ_PASSWORD = `
if [ -z "\${PGPASSWORD:-}" ]; then
  if [ -n "\${POSTGRES_PASSWORD_FILE:-}" ] && [ -r "$POSTGRES_PASSWORD_FILE" ]; then PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  else PGPASSWORD=\${POSTGRES_PASSWORD:-}; fi
  export PGPASSWORD
fi`;
