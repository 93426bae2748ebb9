#!/bin/sh
# How fast 1,000 values are looked for by their fingerprints, and what is found by mistake; as a Markdown table.
# The source is the JDK's own (lib/src.zip); CPU time of the thread, so that others on the machine count less.
#
#   gatekeeper/src/bench/fingerprints.sh  JAVA_HOME or the PATH must lead to a JDK 25 with its source
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
gatekeeper=$(CDPATH='' cd -- "$here/../.." && pwd)
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -f "$home/lib/src.zip" ] && [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -f "$home/lib/src.zip" ] || { echo 'fingerprints: no JDK 25 with its source found: set JAVA_HOME' >&2; exit 3; }
"$gatekeeper/bin/gatekeeper" --version >&2 # builds where that is due
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
path="$gatekeeper/target/gatekeeper.jar:$gatekeeper/target/lib/*"
"$home/bin/javac" -d "$classes" -cp "$path" "$here/FingerprintBench.java"
"$home/bin/java" -XX:+UseSerialGC -Xmx2g -cp "$classes:$path" FingerprintBench "$home/lib/src.zip"
