# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A newer kernel with compressed modules, which it unpacks by itself.
. "${0%/*}/lib.sh"

same "it begins with no module loaded" "" "$(modules)"
same "the kernel unpacks xz" xz "$(cat /sys/module/compression)"
check "dummy loads" kmtool load dummy numdummies=2
check "with its parameter" test -d /sys/class/net/dummy1
check "kmtool unloads it" kmtool unload dummy

strace -qq -f -o /tmp/trace -e trace=finit_module,init_module kmtool load br_netfilter >/dev/null 2>&1
check "a chain loads" loaded br_netfilter
same "every module was given to the kernel packed (MODULE_INIT_COMPRESSED_FILE)" \
	"$(grep -c init_module /tmp/trace)" "$(grep -c 'finit_module(.*MODULE_INIT_COMPRESSED_FILE) = 0' /tmp/trace)"
check "unload --unused-deps removes the chain" kmtool unload --unused-deps br_netfilter
same "all of it" "" "$(modules)"
check "ext4 loads" kmtool load ext4
clean_up

expect 0 "what the kernel's own unpacker cannot read is loaded all the same, or explained" 'dummy|CRC' -- \
	kmtool load /m/next_crc64/dummy.ko.xz
clean_up
expect 1 "the older kernel's module does not fit, and that is said" \
	'another kernel' 'struct module' -- kmtool load /m/signed/dummy.ko
clean_up
finish
