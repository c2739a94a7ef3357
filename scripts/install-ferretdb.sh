#!/usr/bin/env bash
# A server of the MongoDB protocol for tests and proofs, where MongoDB itself cannot be had: FerretDB 1.24 on SQLite,
# built with Go into a cache outside the checkout. Prints where it is. Exit code 3 when there is no Go.
#
# `go install` alone makes a program that panics as it starts: it looks for a version file that is not in the module. So
# the module's sources are copied, given that file, and built.
set -eu
version=v1.24.2
into=${XDG_CACHE_HOME:-$HOME/.cache}/callout/ferretdb-$version
program=$into/ferretdb
if [ -x "$program" ]; then echo "$program"; exit; fi

PATH=$PATH:/usr/local/go/bin
command -v go > /dev/null || { echo 'there is no go here' >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# `go mod download` names the folder of the module; it checks it against Go's checksum database as well.
source=$(go mod download -json "github.com/FerretDB/FerretDB@$version" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
cp -r "$source" sources
chmod -R u+w sources
cd sources
echo "$version" > build/version/version.txt
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/ferretdb" ./cmd/ferretdb >&2
"$work/ferretdb" --version >&2
mkdir -p "$into"
# Under its name only once it is whole.
mv "$work/ferretdb" "$program.$$"
mv "$program.$$" "$program"
echo "$program"
