# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Without privilege: every query works, every change is refused before it begins.
. "${0%/*}/lib.sh"

kmtool load dummy
expect 0 "list works" '^dummy ' -- as_nobody kmtool list
expect 0 "info works" 'numdummies' -- as_nobody kmtool info dummy
expect 0 "deps works" 'bridge' -- as_nobody kmtool deps br_netfilter
expect 0 "a plan works" 'insert.bridge' -- as_nobody kmtool load -n --raw br_netfilter
expect 5 "load is refused, with the line to type instead" 'sudo kmtool load br_netfilter' -- \
	as_nobody kmtool load br_netfilter
same "nothing was loaded" dummy "$(modules)"
expect 5 "unload is refused the same way" 'sudo kmtool unload dummy' -- as_nobody kmtool unload dummy
same "nothing was unloaded" dummy "$(modules)"

# The kernel was not even asked.
as_nobody strace -qq -f -o /tmp/trace.nobody -e trace=finit_module,init_module,delete_module \
	kmtool load br_netfilter >/dev/null 2>&1
same "no module call was made" "" "$(grep -v '^.*+++' /tmp/trace.nobody)"
clean_up
finish
