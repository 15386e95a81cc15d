#!/bin/sh
# Pins every requirement with the hashes of all its published files, for every platform we support.
# Usage: sh tools/lock.sh PYTHON [--upgrade]
# dev.txt holds all there is; the others are parts of it, with the same versions.
set -eu

python=$1
shift
"$python" -m uv --version >/dev/null 2>&1 || "$python" -m pip install --quiet 'uv>=0.9'

# --no-config and the cleared variables: what is pinned must come from the public index, whatever this machine prefers.
compile() {
    env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        "$python" -m uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url pyproject.toml "$@"
}

compile --extra embedded --extra postgres --extra s3 --extra sentry --extra otel --group dev "$@" -o requirements/dev.txt
compile --extra embedded --group build -c requirements/dev.txt -o requirements/run.txt
compile --extra postgres --extra s3 --extra sentry --extra otel --group build -c requirements/dev.txt -o requirements/production.txt
