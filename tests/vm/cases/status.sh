# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What status says about this machine, whatever the cases before have made of it.
. "${0%/*}/lib.sh"

# of ITEM: its state and value.
of() {
	kmtool status --raw -o item,state,value | awk -F '\t' -v item="$1" '$1 == item { print $2 " " $3 }'
}

# has BIT: whether the kernel has this taint flag.
has() {
	[ $(($(cat /proc/sys/kernel/tainted) >> $1 & 1)) = 1 ]
}

check "it takes less than a second" timeout 1 kmtool status --raw
same "the kernel" "ok $(uname -r)" "$(of kernel)"
same "its version line" "ok $(uname -v)" "$(of version)"
same "what is loaded" "ok $(wc -l </proc/modules)" "$(of loaded)"
same "the tree" "ok $(wc -l </lib/modules/"$(uname -r)"/modules.dep)" "$(of available)"
if [ "$(cat /proc/sys/kernel/modules_disabled)" = 1 ]; then
	expect 0 "modules_disabled is told" 'modules_disabled +note +yes' -- kmtool status
else
	same "modules can be loaded" "ok no" "$(of modules_disabled)"
fi
case $(cat /sys/kernel/security/lockdown) in
*'[none]'*) same "there is no lockdown" "ok none" "$(of lockdown)" ;;
*) expect 0 "lockdown is told" 'lockdown +note +integrity' -- kmtool status ;;
esac
if has 12; then
	check "an unsigned module loads" kmtool load km_hello
	expect 0 "the letters, the module, and the line of the one that was the first" \
		'taint O +note +an out-of-tree module was loaded: km_hello' \
		'taint E +note +an unsigned module was loaded: km_hello' \
		'\[ *[0-9.]+\] km_hello: loading out-of-tree module taints kernel' \
		'\[ *[0-9.]+\] km_hello: module verification failed' -- kmtool status
	expect 0 "the report has it, too" '^km_hello +OE +live' -- kmtool status --report
	clean_up
	same "a flag stays when its module is gone" "note an out-of-tree module was loaded" "$(of 'taint O')"
elif ! has 0; then
	same "nothing taints the kernel" "ok none" "$(of taint)"
fi
finish
