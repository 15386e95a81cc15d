#!/bin/sh
# Makes the virtual environment if need be, installs pinned requirements and this project into it.
# Usage: sh tools/install.sh VENV REQUIREMENTS STAMP    The stamp file is touched at the end.
set -eu

venv=$1 requirements=$2 stamp=$3
here=$(dirname "$0")

if ! "$venv/bin/python" -c '' 2>/dev/null; then
    version=$(sh "$here/python.sh" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! sh "$here/python.sh" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Python $version lacks its venv module. Debian, Ubuntu: apt install python$version-venv (or python3-venv)" >&2
        exit 1
    fi
    sh "$here/python.sh" -m venv --clear "$venv"
fi

echo "Installing $requirements into $venv (once; half a minute, more on a slow line) ..."
pip="$venv/bin/python -m pip --disable-pip-version-check --no-input --quiet"
$pip install --require-hashes -r "$requirements"
$pip install --no-build-isolation --no-deps -e .
# A process that compiles what it loads stays larger than one that finds it compiled; all are forked from such a one.
"$venv/bin/python" -m compileall -q webapp contests voting preorders migrations
touch "$stamp"
