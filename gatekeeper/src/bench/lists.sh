#!/bin/sh
# What lists cost with many servers: from the lock, and by starting every server; as a Markdown table.
#
#   gatekeeper/src/bench/lists.sh [SERVERS [OLD]]      JAVA_HOME or the PATH must lead to a JDK 25
#
# With OLD, another checkout that is built: what both builds take to list from the same lock, in turn.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
launcher=$(CDPATH='' cd -- "$here/../../bin" && pwd)/gatekeeper
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -x "$home/bin/javac" ] || { echo 'lists: no JDK 25 found: set JAVA_HOME' >&2; exit 3; }
"$launcher" --version >&2 # builds where that is due
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
"$home/bin/javac" -d "$classes" "$here/ListsBench.java"
"$home/bin/java" -XX:+UseSerialGC -cp "$classes" ListsBench "$launcher" "${1:-20}" ${2:+"$2/gatekeeper/bin/gatekeeper"}
