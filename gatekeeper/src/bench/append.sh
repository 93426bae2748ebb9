#!/bin/sh
# What a durable record costs beside a bare append with fdatasync, by one process and by eight, and how long logs take to open, as
# Markdown tables; ten minutes, and 6 GB of a memory disk (with less, no log of 10 M records is opened). The disk is that of DIRECTORY.
#
#   gatekeeper/src/bench/append.sh [DIRECTORY]        TMPDIR or /tmp by default; JAVA_HOME or the PATH must lead to a JDK 25
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
gatekeeper=$(CDPATH='' cd -- "$here/../.." && pwd)
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
[ -x "$home/bin/javac" ] || { echo 'append: no JDK 25 found: set JAVA_HOME' >&2; exit 3; }
"$gatekeeper/bin/gatekeeper" --version >&2 # builds where that is due
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
disk=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/append.XXXXXX")
trap 'rm -rf "$disk"' EXIT
work=$(mktemp -d "$memory/append.XXXXXX")
trap 'rm -rf "$disk" "$work"' EXIT
path="$gatekeeper/target/gatekeeper.jar:$gatekeeper/target/lib/*"
"$home/bin/javac" -d "$work/classes" -cp "$path" "$here/AppendBench.java"
"$home/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$work/classes:$path" AppendBench "$disk" "$work"
