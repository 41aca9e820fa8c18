#!/usr/bin/env bash
# Write the lock files from pyproject.toml: every platform and Python, hashes, no registry's address.
# What is locked stays at its version; `build/lock.sh --upgrade` moves everything.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(.venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header)
"${compile[@]}" "$@" --output-file build/requirements.lock
"${compile[@]}" "$@" --constraint build/requirements.lock --group freeze --output-file build/freeze.lock
"${compile[@]}" "$@" --constraint build/freeze.lock --group dev --output-file build/dev.lock
