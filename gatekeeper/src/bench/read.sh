#!/bin/sh
# How long reading commands take on logs of 1 M and 10 M records, as a Markdown table; needs 5 GB in TMPDIR and some minutes.
#
#   gatekeeper/src/bench/read.sh        JAVA_HOME or the PATH must lead to a JDK 25
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
launcher=$(CDPATH='' cd -- "$here/../../bin" && pwd)/gatekeeper
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -x "$home/bin/javac" ] || { echo 'read: no JDK 25 found: set JAVA_HOME' >&2; exit 3; }
"$launcher" --version >&2 # builds where that is due
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/home"
export GATEKEEPER_HOME="$work/home"
"$home/bin/javac" -d "$work/classes" "$here/ReadBench.java"
"$home/bin/java" -XX:+UseSerialGC -cp "$work/classes" ReadBench "$work" "$launcher"
