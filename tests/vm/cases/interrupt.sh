# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2317 # "expect" calls the functions
# Signals while a module is loaded or unloaded: what can be taken back is, what was done is told, and the exit
# status is 128 + the signal.
. "${0%/*}/lib.sh"

# signalled STATE SIGNAL COMMAND...: the status of the command itself, which gets the signal when a module is in that
# state. Without job control a background process would ignore SIGINT.
set -m
signalled() {
	local state=$1 signal=$2 pid

	shift 2
	"$@" &
	pid=$!
	while ! grep -q " $state " /proc/modules && kill -0 "$pid"; do
		sleep 0.1
	done
	kill -s "$signal" "$pid"
	wait "$pid"
}

ignoring_hup() {
	trap '' HUP
	exec "$@"
}

for signal in HUP:129 INT:130 TERM:143; do
	expect "${signal#*:}" "SIG${signal%:*} in the last step: all is taken back and told" 'stopped by signal' \
		'unloaded again: .*km_result' -- \
		signalled Loading "${signal%:*}" kmtool load km_result delay=1500
	same "nothing stays loaded" "" "$(modules)"
done

expect 143 "an init function that takes longer than the process lives: the module is seen and taken back" \
	'unloaded again: .*km_result' -- signalled Loading TERM kmtool load km_result delay=4000
same "nothing stays loaded" "" "$(modules)"

start=$SECONDS
expect 143 "a wait in an init function that only a fatal signal ends" 'km_wait' 'signal' -- \
	signalled Loading TERM kmtool load km_wait in_init=1
check "it ends soon" test $((SECONDS - start)) -le 10
same "nothing stays loaded" "" "$(modules)"

check "it loads" kmtool load km_wait in_exit=1
expect 143 "the same in an exit function: it is told what was unloaded" 'unloaded km_wait' -- \
	signalled Unloading TERM kmtool unload km_wait
same "it is gone" "" "$(modules)"
not_loaded km_wait || timeout -s KILL 5 rmmod km_wait

# As below nohup: an ignored signal stops nothing.
expect 0 "an ignored signal is ignored" -- signalled Loading HUP ignoring_hup kmtool load km_result delay=1500
check "it is loaded" loaded km_result
clean_up

# Our own limits are not the module's fault.
limited() {
	(
		ulimit -n "$1"
		exec kmtool load km_hello
	)
}
told=''
for n in 4 5 6 7 8 9 10; do
	run limited "$n"
	[ "$status" = 0 ] || [[ $out != *'init'* ]] || told=$n:$out
	clean_up
done
same "too few open files: the module is not blamed" "" "$told"

# More than the log holds.
expect 0 "lost lines are told" 'records of the kernel log were lost' -- kmtool load km_chatty
clean_up
expect not0 "and never called silence" 'records of the kernel log were lost' '!said nothing' -- kmtool load km_chatty result=-999
clean_up
finish
