#!/bin/sh
# Use yt-dlp, called as $1: ends with 0 when all is as it is with an installed one. try.sh tells what SERVER and others are.
set -eu
ytdlp=$1

"$ytdlp" --version
# Every extractor is a module.
test "$("$ytdlp" --list-extractors | wc -l)" -gt 1500
printf 'a clip' >"$FILES/clip.mp4"
"$ytdlp" --no-progress --output got.mp4 "$SERVER/clip.mp4"
cmp got.mp4 "$FILES/clip.mp4"
# The libraries that it does without where they are not there.
"$ytdlp" --verbose --simulate "$SERVER/clip.mp4" 2>&1 |
  grep -E 'Optional libraries: Cryptodome.*brotli.*certifi.*mutagen.*requests.*urllib3.*websockets.*yt_dlp_ejs'
# Certificates: those that certifi brings do not have this one.
"$ytdlp" "$SERVER_TLS/ok" 2>&1 | grep CERTIFICATE_VERIFY_FAILED
