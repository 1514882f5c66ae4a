# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2317 # cycle calls the functions use_...
# The teaching modules leave nothing behind: each is unloaded with hundreds of objects in it, and the
# kernel's counts are compared. With slub_debug the counts are exact (no CPU keeps a slab of its own that
# counts as full), and writing beyond an object or into a freed one is found out as well.
. "${0%/*}/lib.sh"

debugfs=/sys/kernel/debug
many=600

# What a leak of $many objects cannot hide in.
noise=200

# counts: objects in the caches that the modules allocate from, those of one size added up; and what kmalloc
# takes without a cache, in units of 20 KiB.
counts() {
	# Nodes are freed when all readers are gone: a grace period, and the work after it.
	sleep 0.5
	awk 'NR > 2 && /^(kmalloc|radix_tree_node)/ { sub(/.*-/, "", $1); n[$1] += $2 }
		END { for (name in n) print name, n[name] }' /proc/slabinfo
	awk '$1 == "SUnreclaim:" { print "large", int($2 / 20) }' /proc/meminfo
}

# grown BEFORE AFTER: which of the counts differ by more than noise.
grown() {
	awk -v noise="$noise" 'FNR == NR { before[$1] = $2; next }
		$2 - before[$1] > noise { print $1, "by", $2 - before[$1] }' \
		<(echo "$1") <(echo "$2")
}

# many_writes FILE [SPREAD]
many_writes() {
	local i

	for ((i = 0; i < many; i++)); do
		echo $((i * ${2:-1})) >"$1"
	done
}

use_km_radix() {
	many_writes insert 100
}

use_km_xarray() {
	many_writes store 100
	many_writes store 100
	cat number local
}

use_km_bitmap() {
	cat bits combined cpus
}

use_km_alloc() {
	for _ in 1 2 3 4 5; do
		cat pages sizes gfp
	done
}

use_km_structs() {
	echo 3000 >run
	cat results
}

use_km_pagecache() {
	local i

	for ((i = 0; i < many; i++)); do
		echo /proc/version >path
	done
	cat pages
}

use_km_params() {
	local i

	for ((i = 0; i < many; i++)); do
		echo "motto $i" >/sys/module/km_params/parameters/motto
	done
}

use_km_locking() {
	many_writes write
}

use_km_slab() {
	echo "$many" >allocate
}

use_km_gfp() {
	cat pressure
}

use_km_wait() {
	echo 3 >give
	cat token token_soon job
}

use_km_deferred() {
	echo 20 >start
	sleep 0.1
}

use_km_trace() {
	echo 27 >number
}

use_km_platform() {
	local i

	modprobe km_board
	for ((i = 0; i <= noise; i++)); do
		echo km_platform.0 >/sys/bus/platform/drivers/km_platform/unbind
		echo km_platform.0 >/sys/bus/platform/drivers/km_platform/bind
	done
	rmmod km_board
}

use_km_sysfs() {
	many_writes /sys/kernel/km_sysfs/level 0
}

use_km_chardev() {
	echo 1 >/dev/km_chardev
}

# cycle MODULE PARAMETERS...: loads, uses and unloads it.
cycle() {
	modprobe "$@" || return
	[ ! -d "$debugfs/$1" ] || cd "$debugfs/$1" || return
	! declare -F "use_$1" >/dev/null || "use_$1" >/dev/null || return
	cd /
	rmmod "$1"
}

# cycles MODULE...: one after the other.
cycles() {
	local module

	for module; do
		cycle "$module" || return
	done
}

# leaks COMMAND...: sets found to what grew meanwhile and stays. The kernel frees what waits for readers in batches, five
# seconds later at most.
leaks() {
	local before tries

	# The first time leaves what stays: names in sysfs, a page for a cache.
	"$@"
	before=$(counts)
	"$@"
	status=$?
	for ((tries = 0; tries < 8; tries++)); do
		found=$(grown "$before" "$(counts)")
		[ -n "$found" ] || break
		sleep 0.5
	done
}

leaks cycle km_faults leak_memory="$many"
case $found in
*256\ by*) ok "a module that does leak is found out" ;;
*) out=$found && not_ok "a module that does leak is found out" "grown: ${found:-nothing}" ;;
esac

for module in km_hello km_params km_consumer km_alloc km_radix km_xarray km_bitmap km_structs \
	km_pagecache; do
	leaks cycle "$module"
	same "$module loads, is used and unloads" 0 "$status"
	same "$module leaves no memory behind" "" "$found"
done
others="km_vermagic km_builtin km_sign km_boot km_gfp km_slab km_chardev km_sysfs km_wait km_deferred km_locking
	km_platform km_notifier km_trace km_kprobe km_oops"
# shellcheck disable=SC2086 # a list of names
leaks cycles $others
same "the others load, are used and unload" 0 "$status"
same "the others leave no memory behind" "" "$found"
check "the provider unloads after its consumer" rmmod km_provider

same "no module of ours is left" "" "$(modules | grep '^km_')"
same "nothing is left in debugfs" "" "$(find "$debugfs" -maxdepth 1 -name 'km_*')"
same "nothing is left of vmalloc" "" "$(grep '\[km_' /proc/vmallocinfo)"
same "no callback for CPUs is left" "" "$(grep km_ /sys/devices/system/cpu/hotplug/states)"
same "the taint is O and E, nothing else" 12288 "$(cat /proc/sys/kernel/tainted)"
# All that was logged from our first module on, whoever cleared it since. The level is in the lower
# three bits.
warnings=$(timeout 1 cat /dev/kmsg | awk -F'[,;]' '
	/taints kernel/ { ours = 1 }
	# The emulator is slow when this machine is busy, and the kernel in it wonders.
	/;(hrtimer|perf|clocksource):/ { next }
	ours && /^[0-9]/ && $1 % 8 <= 4 { sub(/^[^;]*;/, ""); print }')
case $warnings in
*$'\n'*) out=$warnings && not_ok "nothing else is logged as a warning" "several lines" ;;
km_*": loading out-of-tree module taints kernel.") ok "nothing else is logged as a warning" ;;
*) out=$warnings && not_ok "nothing else is logged as a warning" "not the line on taint" ;;
esac
finish
