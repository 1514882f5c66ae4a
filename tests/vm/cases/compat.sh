# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The tools of kmod and ours, each by the same names first on PATH: the same system calls in the same order with the
# same parameters, the same messages and exit status, the same modules left behind. What differs on purpose is in
# tests/compat/differences.
. "${0%/*}/lib.sh"

ours=/tmp/kmod
mkdir -p $ours
for tool in lsmod rmmod insmod modinfo modprobe depmod kmod; do
	ln -s /usr/local/bin/kmtool-kmod $ours/$tool
done
mkdir -p /tmp/conf
theirs_path=$PATH

# calls FILE: what the kernel was asked, with its answer. kmod has a blank behind options that nothing follows.
calls() {
	sed -nE 's/^[0-9]+ +//; s/^finit_module\([0-9]+, (.*), [^,]*\) *(= .*)/insert \1 \2/p
		s/^init_module\(.*, [0-9]+, (".*")\) *(= .*)/insert \1 \2/p
		s/^delete_module\((.*)\) *(= .*)/\1 \2/p' "$1" | sed 's/ " = /" = /'
}

# act COMMAND: a shell's, and what came of it.
act() {
	strace -f -qq -s 200 -o /tmp/trace -e trace=finit_module,init_module,delete_module sh -c "$1" >/tmp/out 2>&1 </dev/null
	echo "exit status $?"
	sed -E '/^rmmod: ERROR: \.\.\/libkmod\//d # it says the same twice
		s/^([a-z]+: [A-Z]+: )\.\.\/libkmod\/[^ ]+ [a-z_]+\(\) /\1/; s/^libkmod: ERROR [^ ]+ /libkmod: ERROR: /' /tmp/out
	calls /tmp/trace
	awk '{ print $1, $3, $4 }' /proc/modules
	for name in dummy/parameters/numdummies loop/parameters/max_loop km_params/parameters/who; do
		[ ! -e /sys/module/$name ] || echo "$name $(cat /sys/module/$name)"
	done
}

# both NAME COMMAND [CONFIGURATION]: after clean_up, with either.
both() {
	local want got

	for PATH in "$theirs_path" "$ours:$theirs_path"; do
		clean_up
		printf '%s\n' "${3-}" >/etc/modprobe.d/case.conf
		want=${got-}
		got=$(act "$2")
	done
	PATH=$theirs_path
	same "$1" "$want" "$got"
}

both "modprobe with dependencies" "modprobe br_netfilter"
both "parameters" "modprobe loop max_loop=4 max_part=3; modprobe -v dummy numdummies=2"
both "an alias with soft dependencies" "modprobe fs-ext4"
both "several, of which one is not there" "modprobe -a zram nosuch dummy"
both "options, quoted" "modprobe km_params 'who=a b' count=2" 'options km_params count=1 who="c d"'
both "soft dependencies" "modprobe -v km_soft_a; modprobe -r -v km_soft_a"
both "blacklist" "modprobe fs-ext4; modprobe -b dummy; modprobe loop" 'blacklist ext4
blacklist dummy'
# shellcheck disable=SC2016 # for the shell of the command
both "an install command that loads something else" "modprobe dummy numdummies=1" \
	'install dummy modprobe --ignore-install dummy $CMDLINE_OPTS && modprobe veth; echo "$MODPROBE_MODULE"'
both "an install command that fails" "modprobe dummy" 'install dummy echo no; exit 3'
both "an install command that is killed" "modprobe dummy" 'install dummy kill -9 $$'
both "a remove command" "modprobe dummy; modprobe -r dummy" 'remove dummy echo going; rmmod dummy'
both "loaded already" "modprobe dummy; modprobe dummy; modprobe --first-time dummy"
both "built in" "modprobe ipv6; modprobe --first-time ipv6; modprobe -r ipv6; rmmod ipv6"
both "an init function that fails" "modprobe km_result result=-5; modprobe km_result result=-17; modprobe km_top result=-2"
both "a soft dependency that fails" "modprobe dummy" 'softdep dummy pre: km_result post: veth
options km_result result=-19'
both "a dependency that fails" "modprobe km_top" 'options km_result result=-19'
both "a parameter that is not there, a value that is wrong" "modprobe dummy nosuch=1; modprobe km_params level=77"
both "-r: one level of what is unused" "modprobe br_netfilter snd_dummy; modprobe snd_dummy
	modprobe -r -v br_netfilter; modprobe -r -v snd_dummy"
both "-r: in use" "modprobe br_netfilter; modprobe -r bridge stp; modprobe -r -a llc stp; rmmod llc; rmmod stp br_netfilter"
both "-r: not loaded, not found" "modprobe -r dummy; modprobe -r --first-time dummy; modprobe -r nosuch"
both "-r -f and rmmod -f" "modprobe km_noexit; modprobe -r km_noexit; modprobe -r -f km_noexit
	modprobe km_noexit; rmmod km_noexit; rmmod -f km_noexit"
both "insmod" "insmod /m/plain/km_hello.ko; insmod /m/plain/km_hello.ko; insmod /m/plain/km_chain_b.ko
	insmod /m/plain/km_params.ko who='\"a b\"'; insmod /m/plain/km_params.ko level=77; insmod /nosuch.ko
	insmod /etc/passwd"
for kind in gz xz zst; do
	# Debian's kmod has no zlib.
	[ $kind = gz ] || both "insmod of a module packed as $kind" "insmod /m/packed/km_hello.ko.$kind"
	clean_up
	check "insmod of ours takes $kind" $ours/insmod /m/packed/km_hello.ko.$kind
done
clean_up
check "one packed with xz's default check, which the kernel could not read" \
	$ours/insmod /m/packed_crc64/km_hello.ko.xz

# What only newer ones do.
clean_up
$ours/modprobe br_netfilter
check "holders that what they hold is removed with are no error" $ours/modprobe -r --remove-holders bridge
same "only a dependency of a dependency is left" llc "$(modules)"
check "insmod puts a value with a blank between quotes" $ours/insmod /m/plain/km_params.ko 'who=a b'
same "the kernel took it whole" "a b" "$(cat /sys/module/km_params/parameters/who)"
clean_up
cd /m/plain || exit
check "a file, with dependencies" $ours/modprobe ./km_chain_c.ko
same "all three are there" "$(printf 'km_chain_a\nkm_chain_b\nkm_chain_c')" "$(modules)"
clean_up
$ours/modprobe km_busy
exec 3</dev/km_busy
expect 1 "waiting for a module fails when the time is up" "could not remove 'km_busy': Resource temporarily unavailable" -- \
	$ours/modprobe -r -w 100 km_busy
(sleep 1) &
exec 3<&-
check "and succeeds when its user goes" $ours/modprobe -r -w 10000 km_busy
check "it went" not_loaded km_busy

# The kernel asks, and finds neither environment nor open files.
clean_up
before=$(cat /proc/sys/kernel/modprobe)
echo $ours/modprobe >/proc/sys/kernel/modprobe
run mount -t ext4 none /mnt
check "a file system that the kernel asks for is loaded" loaded ext4
echo "$before" >/proc/sys/kernel/modprobe

# Boot: everybody asks for the same at once.
clean_up
failed=0 pids=()
for _ in {1..32}; do
	$ours/modprobe -a br_netfilter ext4 snd_dummy km_chain_c 2>>/tmp/race &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || failed=$((failed + 1))
done
out=$(cat /tmp/race)
same "many at once all succeed" 0 $failed
same "and say nothing" "" "$out"
check "the last of a chain is there" loaded km_chain_c
clean_up
finish
