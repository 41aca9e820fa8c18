#!/usr/bin/env bash
# Make FOLDER a minimal Debian of SUITE, from the archive that this machine's apt uses; one made in the same way is kept.
#   build/debian-root.sh SUITE FOLDER [OPTION-OF-DEBOOTSTRAP...]
# As root on Debian, with debootstrap installed. Of several at once one makes it; an interrupted one leaves nothing in
# its place.
set -euo pipefail

suite=$1 folder=$2
shift 2
made_from="$suite $*"

mkdir -p "$(dirname "$folder")"
exec {lock}>"$folder.lock"
flock "$lock"
if [[ -d $folder && -e $folder.made-from && $(<"$folder.made-from") == "$made_from" ]]; then
  exit 0
fi

here=$(sed -n "s/^VERSION_CODENAME=//p" /etc/os-release)
archives=$(apt-get indextargets --no-release-info --format "\$(SITE)" \
  "Created-By: Packages" "Release: $here" "Component: main" 2>/dev/null || true)
archive=${archives%%$'\n'*}
[[ -n $archive ]] || {
  echo "debian-root.sh: apt names no archive of Debian on this machine" >&2
  exit 1
}

rm -rf "$folder" "$folder.made-from" "$folder.new"
# In a namespace of its own, what debootstrap mounts goes away with it, and rm never walks through a mount.
unshare --mount --propagation private \
  debootstrap --variant=minbase "$@" "$suite" "$folder.new" "$archive" >"$folder.log" 2>&1 || {
  tail -n 5 "$folder.log" >&2
  rm -rf "$folder.new"
  exit 1
}
rm -rf "$folder.new"/var/cache/apt/archives/*.deb "$folder.new"/var/lib/apt/lists/*
mv "$folder.new" "$folder"
printf %s "$made_from" >"$folder.made-from"
