#!/usr/bin/env bash
# Builds a PostgreSQL image out of Debian packages, for machines that cannot pull the official one.
# Needs root, debootstrap and a Docker engine. Usage: build.sh [TAG]
set -euo pipefail

tag=${1:-yokeflow-upgrade-test-postgres:15}
suite=bookworm # Debian 12, whose PostgreSQL is 15
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if docker image inspect "$tag" >/dev/null 2>&1; then
    echo "$tag is there already"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

# The mirror that this machine's apt uses; without one, debootstrap's own default.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" 2>/dev/null | head -n 1 || true)

debootstrap --variant=minbase --include=postgresql-15 "$suite" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || {
    tail -n 30 "$work/log" "$root/debootstrap/debootstrap.log" >&2 || true
    exit 1
}

# The cluster that Debian's package makes, and what a server without a desktop or a compiler never reads. Without
# llvmjit.so PostgreSQL plans without JIT, and LLVM is a third of the size.
rm -rf "$root"/var/lib/postgresql/15 "$root"/etc/postgresql/15 \
    "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/tmp/* \
    "$root"/usr/share/{doc,man,info,locale,i18n} "$root"/usr/share/postgresql/15/man \
    "$root"/usr/lib/postgresql/15/lib/{llvmjit.so,bitcode} \
    "$root"/usr/lib/x86_64-linux-gnu/libLLVM-* "$root"/usr/lib/llvm-* "$root"/usr/lib/aarch64-linux-gnu/libLLVM-*

install -m 755 "$here/entrypoint.sh" "$root/usr/local/bin/entrypoint.sh"
mkdir -p "$root/docker-entrypoint-initdb.d"

mkdir "$work/context"
tar --numeric-owner -C "$root" -cf "$work/context/root.tar" .
cp "$here/Dockerfile" "$work/context/"
docker build --quiet --tag "$tag" "$work/context" >/dev/null
echo "built $tag"
