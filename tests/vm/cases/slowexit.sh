# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A module while its exit function runs: it is seen as unloading, with the kernel's reference count of -1, and
# whatever is asked of it says so.
. "${0%/*}/lib.sh"

says='km_slowexit is being unloaded: its exit function has not returned'
check "km_slowexit is loaded" kmtool load km_slowexit seconds=8
kmtool unload km_slowexit >/tmp/unload 2>&1 &
unloading=$!
for _ in {1..50}; do
	grep -q '^km_slowexit .* Unloading ' /proc/modules && break
	sleep 0.1
done
run cat /proc/modules
matches "the kernel counts -1" '^km_slowexit [0-9]+ -1 - Unloading '
same "list has it" "km_slowexit	-1	unloading" "$(kmtool list --raw -o name,refs,state km_slowexit)"
expect 0 "list complains of no line" '!warning|skipped|cannot read' -- kmtool list
expect 0 "info tells its state" '^loaded-state: *unloading' '^loaded-refs: *-1' -- kmtool info km_slowexit
expect 0 "deps tells its state" 'unloading' -- kmtool deps -o module,state km_slowexit
expect 5 "load says why it cannot be loaded" "$says" 'hint: load it again when it is gone' -- kmtool load km_slowexit
expect 5 "so does a dry run" "$says" -- kmtool load -n km_slowexit
expect 5 "unload says that it goes already" "$says" -- kmtool unload km_slowexit
wait "$unloading"
same "the first unload ends well" 0 "$?"
check "it is gone" not_loaded km_slowexit
check "and can be loaded again" kmtool load km_slowexit seconds=0
check "and unloaded" kmtool unload km_slowexit
finish
