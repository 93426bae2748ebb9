#!/bin/sh
# What the gatekeeper costs, beside the bare server and a relay that only copies, as a Markdown table; under a minute.
# "no sync" keeps the record on a memory disk, so that a sync costs nothing: for this benchmark alone.
#
#   gatekeeper/src/bench/bench.sh        JAVA_HOME or the PATH must lead to a JDK 25
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
launcher=$(CDPATH='' cd -- "$here/../../bin" && pwd)/gatekeeper
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -x "$home/bin/javac" ] || { echo 'bench: no JDK 25 found: set JAVA_HOME' >&2; exit 3; }
"$launcher" --version >&2 # builds where that is due
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
"$home/bin/javac" -d "$classes" "$here/Bench.java"
"$home/bin/java" -XX:+UseSerialGC -cp "$classes" Bench "$launcher"
