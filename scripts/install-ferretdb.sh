#!/usr/bin/env bash
# Installs FerretDB 1.24 on SQLite, a server of the MongoDB protocol for tests where MongoDB is not available. Builds it
# with Go into a cache outside the checkout and prints its path. Exit code 3 without Go.
#
# A program built by `go install` panics at the start, because the module lacks a version file. So this copies the
# module's sources, adds the file, and builds them.
set -eu
version=v1.24.2
into=${XDG_CACHE_HOME:-$HOME/.cache}/callout/ferretdb-$version
program=$into/ferretdb
if [ -x "$program" ]; then echo "$program"; exit; fi

PATH=$PATH:/usr/local/go/bin
command -v go > /dev/null || { echo 'Go is not installed' >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# `go mod download` prints the module's folder and verifies it against Go's checksum database.
source=$(go mod download -json "github.com/FerretDB/FerretDB@$version" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
cp -r "$source" sources
chmod -R u+w sources
cd sources
echo "$version" > build/version/version.txt
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/ferretdb" ./cmd/ferretdb >&2
"$work/ferretdb" --version >&2
mkdir -p "$into"
# Rename only when it is complete.
mv "$work/ferretdb" "$program.$$"
mv "$program.$$" "$program"
echo "$program"
