# Ends the servers of one session when the gatekeeper is no longer there to do so.
# Standard input: "+ GROUP" and "- GROUP" as servers come and go, "bye" when none is left.
# Its end without a "bye" means that the gatekeeper was killed.
# $1: the first digits of the label that every process of the session carries (ProcessLabel), or
# nothing where labels do not work: then only the groups can be ended.
trap '' HUP INT QUIT TERM
PATH=/usr/bin:/bin:/run/current-system/sw/bin
session=$1
groups=' '
while read -r word group; do
  case $word in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
    bye) exit 0 ;;
  esac
done

# A label, where the system has them, leads to every descendant, and to nothing else, also when ids
# have passed to others. A zombie carries it too: hence the bound on the rounds below.
labelled() {
  grep -l "^Max file locks  *$session[0-9]\{6\} " /proc/[0-9]*/limits 2>/dev/null
}
send() {
  if [ -n "$session" ]; then
    for file in $(labelled); do
      pid=${file#/proc/}
      kill -s "$1" "${pid%/limits}" 2>/dev/null
    done
  else
    for group in $groups; do
      kill -s "$1" -- "-$group" 2>/dev/null
    done
  fi
}

# The servers' standard input has ended with the gatekeeper: most of them go by themselves.
sleep 0.1
send TERM
sleep 0.2
rounds=0
while [ "$rounds" -lt 20 ]; do
  send KILL
  sleep 0.05
  rounds=$((rounds + 1))
  [ -n "$session" ] && [ -z "$(labelled)" ] && exit 0
done
