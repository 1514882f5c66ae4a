# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The tools of kmod as a machine that starts calls them: where hardly anything is there, by the kernel, hundreds at
# once, and with their messages in the system's log.
. "${0%/*}/lib.sh"

ours=/tmp/kmod version=$(uname -r)
mkdir -p $ours
for tool in lsmod rmmod insmod modprobe kmod; do
	ln -sf /usr/local/bin/kmtool-kmod $ours/$tool
done

# A root with the program, its libraries in /lib, and modules: no /usr, /proc, /sys, /dev, /etc, nor a shell.
bare=/tmp/bare
mkdir -p $bare/lib64 $bare/lib
LD_TRACE_LOADED_OBJECTS=1 /usr/local/bin/kmtool-kmod | sed -n 's,^[^/]*\(/[^ ]*\).*,\1,p' | while read -r library; do
	cp -L "$library" $bare/lib
done
cp -L /lib64/ld-linux-* $bare/lib64
cp /usr/local/bin/kmtool-kmod $bare/modprobe
cp -R /lib/modules $bare/lib
echo 'install dummy true' >$bare/lib/dummy.conf

# in_bare ARG...: modprobe as init's child there: no environment, and nothing is open.
# shellcheck disable=SC2317 # check and expect call it
in_bare() {
	(exec env -i "$(command -v busybox)" chroot "$bare" /modprobe "$@" <&- >&- 2>&-)
}

clean_up
check "a module with dependencies in a bare root" in_bare br_netfilter
same "they are loaded" "$(printf 'br_netfilter\nbridge\nllc\nstp')" "$(modules)"
check "it is loaded already" in_bare br_netfilter
expect 1 "it is not there" -- in_bare nosuch
expect 1 "an install command without a shell" -- in_bare -C /lib/dummy.conf dummy

# The kernel asks, and finds neither environment nor open files.
clean_up
before=$(cat /proc/sys/kernel/modprobe)
echo $ours/modprobe >/proc/sys/kernel/modprobe
run mount -t ext4 none /mnt
check "a file system that the kernel asks for is loaded" loaded ext4
echo "$before" >/proc/sys/kernel/modprobe

# at_once N COMMAND...: all succeed, and say nothing.
at_once() {
	local count=$1 failed=0 pids=() pid

	shift
	for ((i = 0; i < count; i++)); do
		"$@" 2>>/tmp/race &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	out=$(cat /tmp/race)
	same "$count at once succeed: ${*##*/}" 0 $failed
	same "and say nothing" "" "$out"
}

# Everybody asks for the same.
clean_up
at_once 200 $ours/modprobe -a br_netfilter ext4 snd_dummy km_chain_c
check "the last of a chain is loaded" loaded km_chain_c
clean_up
at_once 100 $ours/modprobe -q fs-ext4
check "what the alias leads to is loaded" loaded ext4
clean_up
# Its init function takes a second: whoever asks meanwhile waits for it.
at_once 50 $ours/modprobe km_result delay=1000
check "the slow one is loaded" loaded km_result
# The kernel answers EBUSY while somebody else is removing it.
for _ in {1..50}; do
	$ours/modprobe -r km_result &
done >/tmp/race 2>&1
wait
out=$(grep -v "could not remove 'km_result': Device or resource busy" /tmp/race)
same "50 at once unload it" "" "$out"
check "it is unloaded" not_loaded km_result

# Loading and unloading at the same time: each fails with a cause, or does it.
for ((i = 0; i < 30; i++)); do
	$ours/modprobe br_netfilter
	$ours/modprobe -r br_netfilter
done >/tmp/race 2>&1 &
for ((i = 0; i < 30; i++)); do
	$ours/modprobe -r br_netfilter
	$ours/modprobe br_netfilter
done >/tmp/race2 2>&1
wait
out=$(cat /tmp/race /tmp/race2 | sort | uniq -c)
matches "loading and unloading at the same time" '!Invalid argument|not permitted|Killed|fault'
check "and it can be loaded afterwards" $ours/modprobe br_netfilter

# -s, and a stderr that is closed.
clean_up
busybox syslogd -n -O /tmp/messages &
syslogd=$!
for _ in {1..50}; do
	[ -S /dev/log ] && break
	sleep 0.1
done
expect 1 "-s prints nothing" '!.' -- $ours/modprobe -s nosuch_1
(exec $ours/modprobe nosuch_2 2>&-)
(exec $ours/rmmod -s nosuch_3)
(exec $ours/insmod -s /nosuch_4.ko)
sleep 1
out=$(cat /tmp/messages)
matches "the messages are in the log" "modprobe: FATAL: Module nosuch_1 not found in directory /lib/modules/$version" \
	'modprobe: FATAL: Module nosuch_2 not found' 'rmmod: ERROR: Module nosuch_3 is not currently loaded' \
	'insmod: ERROR: could not load module /nosuch_4.ko: No such file or directory' 'daemon\.(crit|err)'
kill "$syslogd"
clean_up
finish
