"""What install.sh does, in the words that every POSIX shell knows; no function of it has variables of its own.

One folder beside the commands holds all that is not in its place yet, so that the last step is a rename: whatever runs
meanwhile keeps the file that it has open. A program of several files lies in a folder of its own, which its command
links to; that of the version before stays, for what still runs from it, and those before that one go. They lie in lib,
not in share, where programs keep what is their users'.

All is in functions, and the last line runs only when it is whole: a download that was cut does nothing.
"""

from __future__ import annotations

from typing import Final

STEPS: Final = r"""
say() { printf '%s: %s\n' "$name" "$*" >&2; }

fail() { # CODE WORDS
  code=$1
  shift
  say "$@"
  exit "$code"
}

has() { command -v "$1" >/dev/null 2>&1; }

usage() {
  printf '%s\n' \
    "Usage: sh install.sh [--to DIR]" \
    "" \
    "Installs $name $version, which there is for $supported." \
    "" \
    "  --to DIR  the folder for its commands: \$HOME/.local/bin unless told, /usr/local/bin for root" \
    "  --help    shows this" \
    "" \
    "With $variable in the environment, the archive is fetched from below that address." \
    "" \
    "Exit codes: 0 installed; 1 the archive is not the one that was released; 2 wrong usage;" \
    "3 it could not be done; 129, 130, 143 interrupted. Then everything is as it was."
}

main() {
  set -u
  umask 022
  newline='
'
  mark=.installed
  stage='' made='' undo='' kept='' to=''
  facts
  while [ $# -gt 0 ]; do
    case $1 in
      --to)
        [ -n "${2:-}" ] || fail 2 "--to needs a folder"
        to=$2
        shift 2
        ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) fail 2 "unknown argument $1; --help tells which there are" ;;
    esac
  done
  destination
  machine
  tools
  trap clean EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  begin
  fetch
  check
  unpack
  put
  report
}

destination() { # sets bin, the folder of commands, and lib, that of programs of several files
  if [ -n "$to" ]; then
    bin=$to
  elif [ "$(id -u)" = 0 ]; then
    bin=/usr/local/bin
  elif [ -n "${HOME:-}" ]; then
    bin=$HOME/.local/bin
  else
    fail 2 "HOME is not set; --to DIR says where to install"
  fi
  case $bin in
    /*) ;;
    *) bin=$PWD/$bin ;;
  esac
  while [ "$bin" != / ] && [ "$bin" != "${bin%/}" ]; do
    bin=${bin%/}
  done
  case $bin in
    /usr/local/bin | "${HOME:-}/.local/bin") lib=${bin%/bin}/lib/$name ;;
    *) lib=$bin/.$name ;;
  esac
}

machine() { # sets target
  system=$(uname -s)
  processor=$(uname -m)
  case $system in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) os=$system ;;
  esac
  case $processor in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) arch=$processor ;;
  esac
  if [ "$os" = linux ] && [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then
    # The kernel has 64 bits, all that runs on it has not.
    processor="$processor with 32 bits"
    arch=32
  elif [ "$os" = darwin ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ] && known darwin_arm64; then
    # Rosetta tells a shell that was made for Intel's processors that this is one.
    arch=arm64
  fi
  target=${os}_$arch
  known "$target" || fail 3 "there is nothing for $system on $processor, only for $supported"
  if [ -n "$mirror" ]; then
    url=${mirror%/}/$file
  fi
}

tools() { # sets getter and hasher
  if has curl; then
    getter=curl
  elif has wget; then
    getter=wget
  else
    fail 3 "needs curl or wget"
  fi
  if has sha256sum; then
    hasher=sha256sum
  elif has shasum; then
    hasher=shasum
  elif has openssl; then
    hasher=openssl
  else
    fail 3 "needs sha256sum, shasum or openssl, to check what it fetches"
  fi
  case $format in
    tar.gz) has tar || fail 3 "needs tar" ;;
    zip) has unzip || fail 3 "needs unzip" ;;
  esac
}

begin() { # sets stage, the folder of all that is not in its place yet
  programs free
  { folder "$bin" && stage=$(mktemp -d "$bin/.$name.XXXXXX"); } ||
    fail 3 "cannot write to $bin; --to DIR installs elsewhere"
}

free() {
  [ ! -d "$bin/$1" ] || fail 3 "$bin/$1 is a folder, where the command would be"
}

folder() { # DIR: makes it, and remembers each that it made
  # With -p it may be there by now: others may install too.
  [ -d "$1" ] || { folder "$(dirname "$1")" && mkdir -p "$1" && made=$1$newline$made; }
}

clean() {
  trap '' HUP INT TERM
  [ -z "$stage" ] || rm -rf "$stage"
  [ -z "$undo" ] || rm -rf "$undo"
  # Those that something is in stay.
  printf '%s' "$made" | while IFS= read -r each; do rmdir "$each" 2>/dev/null; done
}

fetch() {
  archive=$stage/$file
  say "fetching $url"
  for pause in 1 2 none; do
    again=yes
    if with_"$getter"; then
      length=$(($(wc -c <"$archive")))
      [ "$length" -ne "$size" ] || return 0
      problem="$length bytes came, not $size"
    fi
    if [ "$again" = no ] || [ "$pause" = none ]; then
      fail 3 "$url: $problem"
    fi
    say "$problem; trying again"
    sleep "$pause"
  done
}

with_curl() { # sets problem, and whether to try again
  case $url in
    https:*) allowed='=https' ;;
    *) allowed='=http,https' ;;
  esac
  noise=--silent
  [ ! -t 2 ] || noise=--progress-bar
  status=$(curl "$noise" --show-error --location --proto "$allowed" --connect-timeout 30 --speed-limit 1 \
    --speed-time 60 --output "$archive" --write-out '%{http_code}' "$url")
  code=$?
  case $code:$status in
    0:200) return 0 ;;
    0:408 | 0:425 | 0:429 | 0:5*) problem="HTTP status $status" ;;
    0:*)
      problem="HTTP status $status"
      again=no
      ;;
    23:*) # https://curl.se/libcurl/c/libcurl-errors.html
      problem="it cannot be written to $bin"
      again=no
      ;;
    *) problem="curl ended with $code" ;;
  esac
  return 1
}

with_wget() { # likewise
  case $(wget --version 2>/dev/null) in
    *"GNU Wget"*) wget -nv -T 60 -t 1 -O "$archive" "$url" 2>"$stage/words" && return 0 ;;
    *) wget -O "$archive" "$url" 2>"$stage/words" && return 0 ;;
  esac
  code=$?
  problem=$(tail -n 1 "$stage/words")
  case $code:$problem in
    3:* | *" 4"[0-9][0-9]*) again=no ;; # https://www.gnu.org/software/wget/manual/html_node/Exit-Status.html
  esac
  return 1
}

check() {
  case $hasher in
    sha256sum) sum=$(sha256sum <"$archive") && sum=${sum%% *} ;;
    shasum) sum=$(shasum -a 256 <"$archive") && sum=${sum%% *} ;;
    openssl) sum=$(openssl dgst -sha256 <"$archive") && sum=${sum##* } ;;
  esac || fail 3 "$hasher failed"
  [ "$sum" = "$sha256" ] || fail 1 "$url is not what was released: its SHA-256 is $sum, not $sha256"
}

unpack() {
  unpacked=$stage/unpacked
  mkdir "$unpacked" || fail 3 "cannot write to $bin"
  case $format in
    tar.gz) tar -x -z -o -f "$archive" -C "$unpacked" ;;
    zip) unzip -q "$archive" -d "$unpacked" ;;
    binary) mv "$archive" "$unpacked" ;;
  esac || fail 3 "$file could not be unpacked in $bin"
  rm -f "$archive"
  programs whole
}

whole() {
  { [ -f "$unpacked/$2" ] && chmod 755 "$unpacked/$2"; } || fail 3 "$file has no program $2"
}

put() {
  if [ "$tree" = yes ]; then
    folder "$lib" || fail 3 "cannot make $lib"
    release=$lib/$version.${stage##*.}
    undo=$release
    mv "$unpacked" "$release" || fail 3 "cannot write to $lib"
    programs link
    : >"$release/$mark"
  else
    programs move
  fi
  programs remember
  prune
}

link() {
  remember "$1"
  { ln -s "$release/$2" "$stage/command" && mv -f "$stage/command" "$bin/$1"; } || fail 3 "cannot write to $bin"
  undo=''
}

move() {
  remember "$1"
  mv -f "$unpacked/$2" "$bin/$1" || fail 3 "cannot write to $bin"
}

remember() { # the releases that commands link to, before and after
  kept=$kept$newline$(readlink "$bin/$1")
}

prune() { # removes the releases that neither this nor another run links to, nor did until now
  for old in "$lib"/*/"$mark"; do
    old=${old%/*}
    case $kept$newline in
      *"$newline$old/"*) ;;
      *) [ ! -f "$old/$mark" ] || rm -rf "$old" ;;
    esac
  done
  rmdir "$lib" 2>/dev/null
}

report() {
  programs tell
  case :${PATH:-}: in
    *":$bin:"* | *":$bin/:"*) programs found ;;
    *) say "$bin is not on the PATH; this adds it: export PATH=\"$bin:\$PATH\"" ;;
  esac
}

tell() { printf 'installed %s %s: %s\n' "$name" "$version" "$bin/$1"; }

found() {
  first=$(command -v "$1")
  case $first in
    "$bin"/*) ;;
    /*) say "$first comes before it on the PATH" ;;
  esac
}

{ main "$@"; }
"""
