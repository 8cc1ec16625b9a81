#!/bin/sh
# Resolves the .in files into locks with hashes, without the address of any package index.
set -eu
cd "$(dirname "$0")"
compile() {
  ../.venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
    --no-emit-index-url --no-header "$@" > /dev/null
}
compile uv.in -o uv.lock
compile base.in -o base.lock
compile dev.in -c base.lock -o dev.lock
