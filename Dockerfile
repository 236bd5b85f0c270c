# The upgrade wizard as an image:
#   docker build -t yokeflow-upgrade .
#   docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/work" yokeflow-upgrade
# `-v "$PWD:/work"` lets the backup outlive the container and, in YokeFlow's checkout, shows it the `.env`.

# Any image with Node >= 20.17 and npm will do; two names, for where one of them cannot be pulled.
ARG BASE=node:22-alpine

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --ignore-scripts
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN npm run build

FROM ${BASE}
# For backups over a direct connection; in a container of its own PostgreSQL has these programs itself.
RUN command -v pg_dump || apk add --no-cache postgresql-client || \
    { apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*; }
ENV NODE_ENV=production YOKEFLOW_UPGRADE_IMAGE=1
WORKDIR /opt/yokeflow-upgrade
COPY --from=build /build/package.json ./
# What demo runs on; everything else is in the bundle.
COPY --from=build /build/node_modules/@electric-sql/pglite node_modules/@electric-sql/pglite
COPY --from=build /build/dist dist
COPY sql sql
COPY fixtures fixtures
COPY docs/errors.md docs/
WORKDIR /work
# It runs as root: the engine's socket belongs to root and to a group whose number differs from machine to machine.
# Where that number is known, `--user 1000:1000 --group-add "$(stat -c %g /var/run/docker.sock)"` does as well.
ENTRYPOINT ["node", "/opt/yokeflow-upgrade/dist/cli.js"]
