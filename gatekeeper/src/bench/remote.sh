#!/bin/sh
# What the gatekeeper costs before a remote server, beside one in a process, as a Markdown table; two minutes.
#
#   gatekeeper/src/bench/remote.sh       JAVA_HOME or the PATH must lead to a JDK 25
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
"$home/bin/javac" -d "$classes" "$here/Bench.java" "$here/RemoteBench.java"
"$home/bin/java" -XX:+UseSerialGC -cp "$classes" RemoteBench "$launcher"
