# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What "kmtool new" writes can be loaded, does what it was asked for, and unloads: with every set of parts.
. "${0%/*}/lib.sh"

# has NAME PART: whether the module was made with it.
has() {
	[[ _$1_ == *_$2_* ]]
}

modules_made=$(find /lib/modules -name 'new*.ko*' | sed -e 's,.*/,,' -e 's/\.ko.*//' | sort)
same "one for each set of parts" 8 "$(wc -l <<<"$modules_made")"

for name in $modules_made; do
	parameters=()
	! has "$name" params || parameters=(count=2)
	dmesg -C
	check "$name loads" kmtool load "$name" "${parameters[@]}"
	same "$name greets" "$(for _ in 1 "${parameters[@]}"; do echo "$name: hello"; done)" \
		"$(dmesg -t | grep "^$name: hello")"
	if has "$name" params; then
		same "$name has its parameter" 2 "$(cat "/sys/module/$name/parameters/count")"
	else
		same "$name has no parameter" "" "$(kmtool info -F parm "$name")"
	fi
	same "$name exports what it should" "$(has "$name" export && echo "__ksymtab_${name}_double")" \
		"$(grep -o "__ksymtab_${name}_double\b" /proc/kallsyms)"
	if has "$name" debugfs; then
		check "$name has a file in debugfs" cat "/sys/kernel/debug/$name/status"
		matches "there is something in it" .
		! has "$name" params || matches "it tells the parameter" '^count 2$'
		! has "$name" export || matches "it calls the exported function" '^twice 21 is 42$'
	fi
	check "$name unloads" kmtool unload "$name"
	check "nothing of $name is left in debugfs" test ! -e "/sys/kernel/debug/$name"
done
finish
