#!/bin/sh
# How fast `audit verify` reads a log, as a Markdown table beside a bare SHA-256 over the same bytes in the same run.
# The log is made first, on a memory disk where there is one: 450 bytes a record.
#
#   gatekeeper/src/bench/verify.sh [RECORDS]        1,000,000 by default; JAVA_HOME or the PATH must lead to a JDK 25
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
gatekeeper=$(CDPATH='' cd -- "$here/../.." && pwd)
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -x "$home/bin/javac" ] || { echo 'verify: no JDK 25 found: set JAVA_HOME' >&2; exit 3; }
"$gatekeeper/bin/gatekeeper" --version >&2 # builds where that is due
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
work=$(mktemp -d "$memory/verify.XXXXXX")
trap 'rm -rf "$work"' EXIT
path="$gatekeeper/target/gatekeeper.jar:$gatekeeper/target/lib/*"
"$home/bin/javac" -d "$work/classes" -cp "$path" "$here/VerifyBench.java"
"$home/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$work/classes:$path" VerifyBench "$work" "${1:-1000000}"
