# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The symbols of modules and of the running kernel.
. "${0%/*}/lib.sh"

expect 0 "what a module exports, and to whom" '^br_forward|^br_' 'USED BY' 'br_netfilter' \
	-- kmtool symbols --exported bridge
expect 0 "what one needs from another" '^br_[a-z_]+ +bridge +available' -- kmtool symbols --needed br_netfilter
expect 0 "and from the kernel" ' vmlinux +built-in' '0x[0-9a-f]{8}' '!missing' -- kmtool symbols --needed bridge
expect 0 "the kernel's own" '^_printk +vmlinux +built-in' -- kmtool symbols vmlinux _printk
same "as many as /proc/kallsyms has" "$(grep ' __ksymtab_' /proc/kallsyms | grep -vc '\[')" \
	"$(kmtool symbols vmlinux --raw -o symbol | wc -l)"
expect 4 "a symbol that is not exported" 'has no symbol' -- kmtool symbols vmlinux no_such_symbol
finish
