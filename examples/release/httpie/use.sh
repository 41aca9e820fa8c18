#!/bin/sh
# Use HTTPie, called as $1: ends with 0 when all is as it is with an installed one. try.sh tells what SERVER and others are.
set -eu
http=$1

"$http" --version
"$http" --ignore-stdin --body "$SERVER/echo?a=1" | grep '"a": *"1"'
# Certificates: those of a file, and those that certifi brings, which do not have this one.
"$http" --ignore-stdin --verify "$CA" --body "$SERVER_TLS/ok" | grep ok
"$http" --ignore-stdin "$SERVER_TLS/ok" 2>&1 | grep -i 'certificate verify failed'
# A lexer and a style of Pygments, both found by name.
"$http" --ignore-stdin --offline --pretty=all --style=monokai POST example.org name=value | grep value
# What a session keeps is in the home.
"$http" --ignore-stdin --session=mine "$SERVER/headers" x-token:secret >/dev/null
"$http" --ignore-stdin --session=mine --body "$SERVER/echo" | grep secret
# A package has https too, by which no scheme means that one.
https=${http%/*}/https
if [ -e "$https" ]; then
  "$https" --ignore-stdin --verify "$CA" --body "${SERVER_TLS#https://}/ok" | grep ok
fi
