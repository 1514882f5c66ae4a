# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Loading real modules: parameters reach the kernel, dependencies come first, and what the plan says is
# what happens.
. "${0%/*}/lib.sh"

expect 0 "dummy loads" '!fail' -- kmtool load dummy numdummies=3
check "it made three interfaces" test -d /sys/class/net/dummy2
check "and not a fourth" test ! -e /sys/class/net/dummy3
expect 0 "loading it again does nothing and says so" 'already loaded' -- kmtool load dummy

check "loop loads with max_loop=4" kmtool load loop max_loop=4
check "there is a fourth loop device" test -b /dev/loop3
same "the kernel has the value" 4 "$(cat /sys/module/loop/parameters/max_loop)"

check "zram loads with num_devices=2" kmtool load zram num_devices=2
check "there is a second zram device" test -b /dev/zram1
check "its dependency came with it" loaded zsmalloc

same "the plan for br_netfilter has its dependencies in order" \
	"$(printf 'llc\nstp\nbridge\nbr_netfilter')" "$(planned insert load br_netfilter)"
same "the plan changed nothing" "" "$(grep -E '^(llc|stp|bridge|br_netfilter) ' /proc/modules)"
before=$(modules)
plan=$(planned insert load br_netfilter)
check "br_netfilter loads" kmtool load br_netfilter
same "what was planned is what was loaded" \
	"$(printf '%s\n' "$before" "$plan" | sort)" "$(modules)"
check "bridge filtering is there" test -d /proc/sys/net/bridge

expect 0 "a plan names kind, path, reason and the kernel's state stays" 'insert.ext4.*/ext4\.ko.*requested' \
	'insert.jbd2.*dependency' 'crc32c.*softdep-pre' -- kmtool load -n --raw ext4
check "an alias loads the module behind it" kmtool load fs-ext4
check "ext4 is there" grep -qw ext4 /proc/filesystems
check "so are its dependencies" loaded jbd2

check "several at once" kmtool load veth km_hello
check "both are there" loaded veth
check "both are there, the second" loaded km_hello

expect 4 "an unknown name is refused, and the nearest one offered" 'no.*module|not found' 'dummy' -- \
	kmtool load dumy
expect 2 "no name is a usage error" 'usage|kmtool load' -- kmtool load

clean_up
check "a file loads" kmtool load /m/plain/km_chain_c.ko
same "with its dependencies from the tree" "$(printf 'km_chain_a\nkm_chain_b\nkm_chain_c')" "$(modules)"
clean_up
cd /m/plain || exit
check "so does a file named from here" kmtool load ./km_hello.ko
check "it is loaded" loaded km_hello
clean_up
for kind in gz xz zst; do
	check "a module packed as $kind loads" kmtool load "/m/packed/km_hello.ko.$kind"
	check "it is loaded from $kind" loaded km_hello
	rmmod km_hello
done
check "so does one packed with xz's default check, which the kernel could not read" \
	kmtool load /m/packed_crc64/km_hello.ko.xz
clean_up
finish
