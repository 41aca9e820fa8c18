#!/usr/bin/env bash
# Run the tests of the launcher with one that checks itself for bad memory accesses and undefined behaviour.
set -eu
cd "$(dirname "$0")/.."

python3 build/executable.py work/stage work/sanitized/wherry --sanitize
WHERRY_BINARY=work/sanitized/wherry .venv/bin/python -m pytest tests/binary -k runtime -n auto --dist worksteal "$@"
