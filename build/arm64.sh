#!/usr/bin/env bash
# Build dist/wherry-linux-arm64 from HEAD on an amd64 machine, and run it: in a Debian of that architecture, under qemu.
#   build/arm64.sh
# As root on Debian 12; twenty minutes the first time. Not part of .ci/run: CI builds this file on an arm64 machine.
set -euo pipefail

# Whatever is mounted below goes away with the namespace, whatever is left running with the first process in it.
if [[ ${1-} != --inside ]]; then
  exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$0" --inside
fi

home=$(realpath "$(dirname "$0")/..")
root=$home/work/roots/bookworm-arm64
result=$home/dist/wherry-linux-arm64
packages=(
  binutils ca-certificates gcc git libc6-dev libpython3.11 libpython3.11-dev libzstd-dev procps python3.11
  python3-venv zstd
)
cd "$home"

step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

step "what this needs"
python3 - debootstrap qemu-user-static <<'END'
import shutil, sys
sys.path.insert(0, "build")
import environment
programs = ("debootstrap", "qemu-aarch64-static")
sys.exit(not (all(map(shutil.which, programs)) or environment.install(sys.argv[1:])))
END

registry=/proc/sys/fs/binfmt_misc
[[ -e $registry/register ]] || mount -t binfmt_misc binfmt_misc "$registry"
if [[ ! -e $registry/qemu-aarch64 ]]; then
  # Flag F: the kernel keeps the emulator open, so that it is found in a root that does not hold it.
  cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$registry/register"
  trap 'echo -1 >"$registry/qemu-aarch64"' EXIT
fi

step "Debian bookworm for arm64"
include=$(IFS=, && echo "${packages[*]}")
build/debian-root.sh bookworm "$root" --arch=arm64 "--include=$include"

step "the source: $(git rev-parse HEAD)"
[[ -d $root/wherry ]] || git clone --quiet --no-local "$home" "$root/wherry"
git -C "$root/wherry" fetch --quiet "$home" HEAD
git -C "$root/wherry" reset --quiet --hard FETCH_HEAD
rm -rf "$root/wherry/dist"

# The environment goes along and these files are lent to the root, so that pip finds its registry there as it does here.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
  if [[ -e $file ]]; then
    touch "$root$file"
    mount --bind "$file" "$root$file"
  fi
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
inside() { # COMMAND...: in the root, from the folder of the source
  HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    chroot "$root" /bin/sh -c "cd /wherry && exec \"\$@\"" sh "$@"
}

step "build/freeze.py, on $(inside uname -m)"
inside python3 build/freeze.py
mkdir -p dist
cp "$root/wherry/dist/wherry" "$result"

step "running it"
file_size=$(stat --format %s "$result")
printf 'dist/%s: %s bytes\n' "${result##*/}" "$file_size"
empty=$home/work/roots/empty
rm -rf "$empty"
mkdir -m 755 "$empty"
build/arm64-checks.sh "$result" "$root" "$empty"

if [[ -x .venv/bin/python ]]; then
  step "the tests of what it does in roots and of its commands"
  WHERRY_BINARY=$result .venv/bin/python -m pytest -q -n auto tests/binary/roots tests/binary/test_commands.py
fi
