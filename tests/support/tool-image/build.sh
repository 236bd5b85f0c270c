#!/usr/bin/env bash
# Builds the project's own image for the tests, from the Dockerfile. Usage: build.sh TAG POSTGRES_IMAGE
# Its base is Node's image; where that cannot be pulled, the given PostgreSQL image with this machine's Node in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

tag=$1
postgres=$2
base=node:22-alpine

if ! docker image inspect "$base" >/dev/null 2>&1 && ! timeout 120 docker pull --quiet "$base" >/dev/null 2>&1; then
    base=yokeflow-upgrade-test-node
    context=$(mktemp -d)
    trap 'rm -rf "$context"' EXIT
    cp -L "$(command -v node)" "$context/node"
    cp -R "$(dirname "$(readlink -f "$(command -v npm)")")/.." "$context/npm"
    # The certificates that Node trusts here besides its own, for networks that need them. An empty file does no harm.
    cat "${NODE_EXTRA_CA_CERTS:-/dev/null}" >"$context/certificates.pem"
    cat >"$context/Dockerfile" <<EOF
FROM $postgres
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/npm
COPY certificates.pem /etc/certificates.pem
RUN ln -s ../lib/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/certificates.pem
ENTRYPOINT []
EOF
    docker build --quiet --tag "$base" "$context" >/dev/null
fi

docker build --quiet --tag "$tag" --build-arg "BASE=$base" . >/dev/null
echo "built $tag on $base"
