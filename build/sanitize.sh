#!/usr/bin/env bash
# Run the tests of the launcher with one that checks itself for bad memory accesses and undefined behaviour.
set -eu
cd "$(dirname "$0")/.."

# What the sanitizer itself cannot do: run without /proc, in little memory or with few descriptors, behind other
# libraries, and leave core dumps alone.
beyond_it='without_proc or limit_on_memory or limit_on_open_files or libraries_of_the_caller or libdl or core'

python3 build/executable.py work/stage work/sanitized/wherry --sanitize --fast
WHERRY_BINARY=work/sanitized/wherry .venv/bin/python -m pytest tests/binary -k "runtime and not ($beyond_it)" \
  -n auto --dist worksteal "$@"
