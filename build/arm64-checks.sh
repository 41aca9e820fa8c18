#!/usr/bin/env bash
# Run an executable inside roots, and say of each thing it does whether it works there.
#   build/arm64-checks.sh EXECUTABLE ROOT...
# As root, where the kernel can start the executable, through an emulator if need be. Called by build/arm64.sh. All of it
# runs; the exit code is 1 when anything failed.
set -uo pipefail

program=$(realpath "$1")
shift
failed=0 done=0
chroot=$(command -v chroot)

# check CODE WORDS ARGUMENT...: wherry with these arguments ends with CODE and says WORDS.
check() {
  local code=0 wanted=$1 words=$2 start=$EPOCHREALTIME output took_ms
  shift 2
  output=$("${wherry[@]}" "$@" 2>&1) || code=$?
  took_ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
  done=$((done + 1))
  if [[ $code == "$wanted" && $output == *"$words"* ]]; then
    printf 'ok      %6s ms  wherry %s\n' "$took_ms" "$*"
  else
    printf 'FAILED  %6s ms  wherry %s: exit code %s, expected %s and "%s"\n%s\n' \
      "$took_ms" "$*" "$code" "$wanted" "$words" "$output"
    failed=$((failed + 1))
  fi
}

for root in "$@"; do
  printf 'in %s\n' "$root"
  wherry=(env -i HOME=/ PATH=/usr/bin:/bin "$chroot" "$root" /wherry-under-test)
  cp "$program" "$root/wherry-under-test"
  rm -f "$root/ready" "$root/ca.pem"

  check 0 "wherry" version
  check 0 '"frozen":true' version -o json
  check 0 "Usage: wherry" --help
  check 2 "unknown command" wiat

  "${wherry[@]}" serve --tls-self-signed --tls-ca-file /ca.pem --listen 127.0.0.1:0 --ready-file /ready \
    >"$root/serve.log" 2>&1 &
  server=$!
  check 0 "ready" wait file:/ready --deadline 300s
  address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$root/ready")
  check 0 "ready" wait "tcp://$address"
  check 0 "ready" wait "https://$address/ok" --cacert /ca.pem
  check 0 "42" request POST "https://$address/json" --cacert /ca.pem --json '{"answer": 42}' --extract "\$.answer"
  check 1 "503" request "https://$address/status/503" --cacert /ca.pem --retry 0
  check 3 "certificate" request "https://$address/ok" --retry 0
  if [[ -x $root/bin/sh ]]; then
    check 7 "" wait "tcp://$address" --quiet -- /bin/sh -c "exit 7"
  fi
  kill "$server"
  code=0
  wait "$server" || code=$?
  done=$((done + 1))
  if [[ $code == 143 || $code == 0 ]]; then
    printf 'ok                 wherry serve, ended by SIGTERM with %s\n' "$code"
  else
    printf 'FAILED             wherry serve: exit code %s\n%s\n' "$code" "$(<"$root/serve.log")"
    failed=$((failed + 1))
  fi
  rm -f "$root/wherry-under-test"
done

printf '%s of %s failed\n' "$failed" "$done"
((failed == 0))
