# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: kmtool-kmod against the tools of kmod, each as the other.

kmod=$(dirname "$KMTOOL")/kmtool-kmod
kmod_place=(-b "$KMTOOL_TEST_TREE" -k "$version")
kmod_probe=(-d "$KMTOOL_TEST_TREE" -S "$version")
kmod_alias=pci:v00008086d000010D3sv00000000sd00000000bc02sc00i00
kmod_file=$KMTOOL_TEST_TREE/lib/modules/$version/kernel/fs/ext4/ext4.ko

# kmod_tool TOOL ARG...: the instructions of both; at most 1.1 times kmod's.
kmod_tool() {
	judge "kmod: ${*/"$KMTOOL_TEST_TREE"*\//}" "$(instructions "$kmod" "$@")" "$(instructions "$@")" 1.1 M
}

# kmod_modprobe ARG...: the same of modprobe, in the tree.
kmod_modprobe() {
	judge "kmod: modprobe $*" "$(instructions "$kmod" modprobe "${kmod_probe[@]}" "$@")" \
		"$(instructions modprobe "${kmod_probe[@]}" "$@")" 1.1 M
}

# Up to the kernel's answer, which is EPERM: what is given is no module, and there is no privilege.
kmod_insmod() {
	# shellcheck disable=SC2034 # instructions() reads it
	local under=(unshare -r) file

	unshare -r true || return
	file=$(mktemp)
	echo 'not a module' >"$file"
	judge "kmod: insmod" "$(instructions "$kmod" insmod "$file")" "$(instructions insmod "$file")" 1.1 M
	rm -f "$file"
}

kmod_by_instructions() {
	kmod_tool modinfo -V
	kmod_modprobe -D btrfs
	kmod_modprobe -n -q "$kmod_alias"
	kmod_insmod
	kmod_tool modinfo -F license "$kmod_file"
	kmod_tool modinfo "$kmod_file"
	judge "kmod: modinfo -F license ext4" "$(instructions "$kmod" modinfo "${kmod_place[@]}" -F license ext4)" \
		"$(instructions modinfo "${kmod_place[@]}" -F license ext4)" 1.1 M
	judge "kmod: modinfo ext4" "$(instructions "$kmod" modinfo "${kmod_place[@]}" ext4)" \
		"$(instructions modinfo "${kmod_place[@]}" ext4)" 1.1 M
	judge "load -n btrfs, against modprobe -D" "$(instructions "$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" load -n btrfs)" \
		"$(instructions modprobe "${kmod_probe[@]}" -D btrfs)" 3 M
	kmod_tool lsmod
	judge "list, against lsmod" "$(instructions "$KMTOOL" list)" "$(instructions lsmod)" 2 M
}

kmod_by_time() {
	compare "$ROUNDS" wall 1.1 "kmod: modprobe -D btrfs" "$kmod" modprobe "${kmod_probe[@]}" -D btrfs -- \
		modprobe "${kmod_probe[@]}" -D btrfs
	compare "$ROUNDS" wall 1.1 "kmod: modprobe -n -q ALIAS" "$kmod" modprobe "${kmod_probe[@]}" -n -q "$kmod_alias" -- \
		modprobe "${kmod_probe[@]}" -n -q "$kmod_alias"
	compare "$ROUNDS" wall 1.1 "kmod: modinfo ext4" "$kmod" modinfo "${kmod_place[@]}" ext4 -- \
		modinfo "${kmod_place[@]}" ext4
	compare "$ROUNDS" wall 1.1 "kmod: modinfo, all modules" "$kmod" modinfo "${files[@]}" -- modinfo "${files[@]}"
}
