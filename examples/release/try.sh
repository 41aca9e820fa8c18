#!/usr/bin/env bash
# Release NAME, a program from PyPI, by examples/release/NAME/release.yml, and let the tools of its users judge the files.
#   examples/release/try.sh NAME [WHERRY]
# As root on Debian with git, lintian, rpm, cpio, minisign and curl. WHERRY is an executable: unless told, that which the
# variable WHERRY names, or dist/wherry. All is made in a temporary folder; nothing is installed on this machine.
#
# NAME/use.sh uses the program, with these in its environment:
#   SERVER      http address of `wherry serve`, with its test routes and the files in FILES
#   SERVER_TLS  an https address of another; CA is the file with its authority's certificate
set -euo pipefail

home=$(cd "$(dirname "$0")/../.." && pwd)
name=${1:?a name of a folder in examples/release}
example=$home/examples/release/$name
wherry=$(realpath "${2:-${WHERRY:-$home/dist/wherry}}")
case $name in
  awscli) command=aws known=jmespath ;;
  httpie) command=http known=requests ;;
  mkdocs) command=mkdocs known=jinja2 ;;
  yt-dlp) command=yt-dlp known=websockets ;;
  *) echo "try.sh: there is no example $name" >&2 && exit 2 ;;
esac

locked() { sed -n "s/^$1==\([^ ;]*\).*/\1/p" "$example/requirements.lock"; }
version=$(locked "$name")
tag=v$version

work=$(mktemp -d)
log=$work/log
servers=()
finish() {
  local code=$?
  ((${#servers[@]} == 0)) || kill "${servers[@]}" 2>/dev/null || true
  wait
  if ((code == 0)); then rm -rf "$work"; else echo "try.sh: everything is in $work" >&2; fi
}
trap finish EXIT

step() { # WORDS COMMAND...: a line with the seconds it took; what the command prints only when it fails
  local words=$1 began=$EPOCHREALTIME code took
  shift
  # Not as a condition, in which a function goes on after what fails.
  set +e
  (set -e && "$@") >"$log" 2>&1
  code=$?
  set -e
  if ((code != 0)); then
    printf 'FAILED   %s: %s\n' "$words" "$*"
    tail -n 40 "$log"
    exit 1
  fi
  took=$((${EPOCHREALTIME/./} - ${began/./}))
  printf '%3d.%d s  %s\n' $((took / 1000000)) $((took / 100000 % 10)) "$words"
}

fails() { # CODE COMMAND...: it ends with that code
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  ((code == wanted))
}

# The project is what one would write: the example's files, a commit, a tag.
project=$work/project
release=$project/public/$tag
make_project() {
  mkdir -p "$project/public"
  cp "$example"/{release.yml,requirements.in,requirements.lock} "$project"
  cd "$project"
  git init -q
  git add .
  git -c user.name=Example -c user.email=packages@example.org commit -q -m "Release $name $version"
  git tag "$tag"
  cp -R "$project" "$work/again"
  "$wherry" release key "$work/key" >"$work/public-key"
}

build_again() { # elsewhere, and all files once more
  cd "$work/again"
  "$wherry" release build
  "$wherry" release publish --dry-run
  diff -r "dist/$version" "$release"
}

serve() {
  "$wherry" serve "$project/public" --routes -q --listen 127.0.0.1:0 --ready-file "$work/url" >"$work/served" 2>&1 &
  servers+=($!)
  "$wherry" serve -q --tls-self-signed --tls-ca-file "$work/ca.pem" --listen 127.0.0.1:0 --ready-file "$work/url-tls" \
    >"$work/served-tls" 2>&1 &
  servers+=($!)
  "$wherry" wait -q "file:$work/url" "file:$work/url-tls"
}

use() { # PROGRAM: in an empty folder and an empty home, without this machine's Python
  local empty
  empty=$(mktemp -d "$work/empty.XXXXXX")
  cd "$empty"
  env -i HOME="$empty" PATH=/usr/bin:/bin LANG=C.UTF-8 FILES="$project/public" CA="$work/ca.pem" \
    SERVER="$(cat "$work/url")" SERVER_TLS="$(cat "$work/url-tls")" "$example/use.sh" "$1"
}

from_archive() {
  mkdir "$work/unpacked"
  tar -xzf "$archive" -C "$work/unpacked"
  use "$work/unpacked/$command/$command"
}

from_install_script() {
  local to=$work/home/.local/bin variable
  variable=$(tr 'a-z-' 'A-Z_' <<<"$name")_INSTALL_URL
  curl -fsS "$(cat "$work/url")/$tag/install.sh" -o "$work/install.sh"
  env -i HOME="$work/home" PATH=/usr/bin:/bin "$variable=$(cat "$work/url")/$tag" sh "$work/install.sh" --to "$to"
  use "$to/$command"
}

# A copy of this machine that is thrown away: its own files below, a layer in memory for what dpkg writes.
with_dpkg() {
  export -f use fails in_copy
  export work project example name command deb
  unshare --mount --propagation private bash -euo pipefail -c in_copy
}

in_copy() {
  local copy=$work/copy
  mkdir -p "$copy"
  mount -t tmpfs tmpfs "$copy"
  mkdir "$copy"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$copy/upper,workdir=$copy/work" "$copy/root"
  mount --rbind /proc "$copy/root/proc"
  mount --rbind /dev "$copy/root/dev"
  mkdir -p "$copy/root$work" && mount --bind "$work" "$copy/root$work"
  chroot "$copy/root" dpkg --install "$deb"
  chroot "$copy/root" dpkg --verify "$name"
  chroot "$copy/root" bash -euo pipefail -c "use /usr/bin/$command"
  chroot "$copy/root" dpkg --purge "$name"
  fails 1 chroot "$copy/root" dpkg --status "$name"
  [[ ! -e $copy/root/usr/lib/$command && ! -L $copy/root/usr/bin/$command ]]
}

query_rpm() {
  rpm --checksig "$rpm"
  rpm --query --package --info "$rpm"
  rpm --query --package --list "$rpm" | grep -x "/usr/bin/$command"
}

# What the rpm unpacks to is what is in the archive.
compare_rpm() {
  mkdir "$work/rpm"
  cd "$work/rpm"
  rpm2cpio "$rpm" | cpio --extract --make-directories --quiet
  diff -r "usr/lib/$command" "$work/unpacked/$command"
}

check_signature() {
  cd "$release"
  minisign -V -P "$(grep -o 'RW[A-Za-z0-9+/=]*' "$work/public-key")" -m SHA256SUMS
  sha256sum --check --strict SHA256SUMS
}

list_bill() {
  local bill=$release/${command}_${version}_linux_amd64.cdx.json each
  for each in "$name" "$known"; do
    grep -F "\"pkg:pypi/$each@$(locked "$each")\"" "$bill"
  done
}

flip() { # FILE: one bit in the middle of it is another
  local at
  at=$(($(stat -c %s "$1") / 2))
  printf '%b' "\\x$(printf %x $((0x$(od -An -tx1 -j "$at" -N 1 "$1" | tr -d ' ') ^ 1)))" |
    dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

find_damage() {
  local damaged=$work/damaged file
  cp -R "$release" "$damaged"
  for file in "$damaged"/*.{tar.gz,deb,rpm,cdx.json}; do
    "$wherry" release verify "$file" --public-key "$work/key.pub"
    flip "$file"
    fails 1 "$wherry" release verify "$file" --public-key "$work/key.pub"
  done
}

step "a commit and a tag" make_project
cd "$project"
WHERRY_SIGNING_KEY=$(cat "$work/key.key")
export WHERRY_SIGNING_KEY
archive=$release/${name}_${version}_linux_amd64.tar.gz deb=${archive%.tar.gz}.deb rpm=${archive%.tar.gz}.rpm
step "wherry release check" "$wherry" release check
step "wherry release plan" "$wherry" release plan
step "wherry release build" "$wherry" release build
step "wherry release publish" "$wherry" release publish
step "wherry release verify, everything required" "$wherry" release verify "$release" --public-key "$work/key.pub" \
  --require checksum --require signature --require provenance --require sbom
step "built again elsewhere: every file is the same" build_again
serve
step "the archive: unpacked and used" from_archive
step "install.sh: into an empty home, and used" from_install_script
step "the deb: dpkg -i, dpkg -V, used, dpkg -P" with_dpkg
step "the deb: lintian, no error" lintian --fail-on error --allow-root "$deb"
step "the rpm: rpm -K, -qip, -qlp" query_rpm
step "the rpm: the same files as in the archive" compare_rpm
step "minisign -V, sha256sum -c" check_signature
step "the bill of materials: $name and $known in their versions" list_bill
step "a bit flipped in archive, deb, rpm, bill: found by wherry release verify" find_damage

numfmt --to=si --suffix=B --format '%.1f' <<<"$(stat -c '%s' -- "$archive" "$deb" "$rpm")" |
  paste -s -d ' ' | sed 's/^/sizes: archive, deb, rpm: /'
printf 'the folder: %s files, %s\n' "$(find "$work/unpacked" -type f | wc -l)" "$(du -s --si "$work/unpacked" | cut -f 1)B"
