#!/bin/sh
# What opening by the keyring adds to the first call of a session, in milliseconds: fourteen processes, each with its
# first opening, a bare secret-tool (median of fifteen) and an opening when warm (the same); without the AOT archive.
# "ready": as in serve, which a second after its start has done the same once on nothing.
# A GNOME keyring of its own on a session bus of its own; yours is not asked.
#
#   gatekeeper/src/bench/keyring.sh        needs dbus-run-session, gnome-keyring-daemon, secret-tool
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
gatekeeper=$(CDPATH='' cd -- "$here/../.." && pwd)
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  [ -x "$home/bin/javac" ] && "$home/bin/javac" --version | grep -qE '^javac (2[5-9]|[3-9][0-9])' && break
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
path=${GATEKEEPER_BENCH_PATH:-}
if [ -z "$path" ]; then
  "$gatekeeper/bin/gatekeeper" --version >&2 # builds where that is due
  path="$gatekeeper/target/gatekeeper.jar:$gatekeeper/target/lib/*"
fi
mkdir -m 700 "$work/classes" "$work/home" "$work/run"
"$home/bin/javac" -d "$work/classes" -cp "$path" "$here/KeyringBench.java"
export HOME="$work/home" XDG_RUNTIME_DIR="$work/run" JAVA="$home/bin/java" CLASSES="$work/classes:$path" VAULT="$work/vault"
# shellcheck disable=SC2016 # expanded in the session
dbus-run-session -- sh -euc '
  printf made-up | gnome-keyring-daemon --unlock --components=secrets >/dev/null
  bench() { "$JAVA" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$CLASSES" KeyringBench "$@"; }
  bench make "$VAULT"
  echo "| process | first opening, ms | a bare secret-tool | opening when warm |"
  echo "|---|---:|---:|---:|"
  for _ in 1 2 3 4 5 6 7; do bench cold "$VAULT"; bench ready "$VAULT"; done
'
