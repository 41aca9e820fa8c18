#!/usr/bin/env bash
# wherry's main job, done with the executable: start a server, wait until it answers, call it through its faults.
# Each command is shown with what it prints; anything unexpected ends the demonstration with an error.
set -euo pipefail

[[ $# == 1 ]] || {
  echo "usage: $0 EXECUTABLE" >&2
  exit 2
}
program=$(realpath "$1")
here=$(mktemp --directory)
server=
finish() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$here"
}
trap finish EXIT
cd "$here"

wherry() { "$program" "$@"; }

bold='' plain=''
[[ ! -t 1 || -n ${NO_COLOR-} ]] || bold=$'\e[1m' plain=$'\e[0m'
command_line() { printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"; }

# show CODE WORDS COMMAND: run it, print what it prints, and insist on its exit code and on WORDS in its output.
show() {
  local code=0 output
  command_line "$3"
  output=$(eval "$3" 2>&1) || code=$?
  [[ -z $output ]] || printf '%s\n' "$output"
  if [[ $code != "$1" || $output != *"$2"* ]]; then
    printf 'demo: expected exit code %s and "%s"; it was %s\n' "$1" "$2" "$code" >&2
    exit 1
  fi
}

show 0 "wherry" "wherry version"

# One shell starts a server on a free port. It writes its address to a file once it listens.
command_line 'wherry serve --listen 127.0.0.1:0 --ready-file ready &'
"$program" serve --listen 127.0.0.1:0 --ready-file ready >serve.log 2>&1 &
server=$!

# Another waits for that file, and then until the server says that it is ready.
show 0 "ready" "wherry wait file:ready"
url=http://$(grep -oE '127\.0\.0\.1:[0-9]+' ready | head -1)
show 0 "" "wherry wait $url/ready --expect 'time={lt: 1s}'"

# That is what the server has said so far.
show 0 "listening" "cat serve.log"

# A port where nobody listens: it is not ready in time, and the reason says so.
show 124 "refused" "wherry wait tcp://127.0.0.1:1 --deadline 500ms"

# This route fails three times, then answers: the request goes through.
show 0 "ok" "wherry request GET '$url/flaky?fail=3&key=demo' --retry 5 --retry-base 100ms"

# Send JSON, take one field of the answer.
show 0 "42" "wherry request POST $url/json --json '{\"answer\": 42}' --extract '\$.answer'"

# HTTP status 503 is a no: the exit code says it.
show 1 "503" "wherry request GET $url/status/503 --retry 0"

# And the server goes when it is told to.
kill "$server"
command_line "kill $server; wait"
code=0
wait "$server" || code=$?
server=
[[ $code == 143 || $code == 0 ]] || {
  echo "demo: the server ended with code $code" >&2
  exit 1
}
printf '\nAll as expected.\n'
