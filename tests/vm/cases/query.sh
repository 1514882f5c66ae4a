# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The queries on a running kernel, beside what the distribution's tools say.
. "${0%/*}/lib.sh"

expect 0 "list says so when there is nothing" '' -- kmtool list
kmtool load br_netfilter dummy loop km_busy >/dev/null
same "list has the modules of /proc/modules" "$(modules)" \
	"$(kmtool list --raw --no-headings -o name | sort)"
same "with the same sizes" "$(cut -d' ' -f2 /proc/modules | sort -n)" \
	"$(kmtool list --raw --no-headings -o size | sort -n)"
expect 0 "and names the holders" 'br_netfilter' -- kmtool list bridge
expect 0 "a module from outside the tree is marked" 'km_busy.*OE' -- kmtool list km_busy
expect 0 "list writes JSON" '"name": ?"dummy"' -- kmtool list --json

for field in description license depends vermagic srcversion parm; do
	wanted=$(modinfo -F "$field" km_hello km_cons km_params)
	check "modinfo knows the $field" test -n "$wanted"
	same "info -F $field says the same" "$wanted" "$(kmtool info -F "$field" km_hello km_cons km_params)"
done
expect 0 "info shows the live state and values" 'max_part' 'live' -- kmtool info loop
expect 0 "deps shows the tree" 'bridge' 'stp' 'llc' -- kmtool deps br_netfilter
expect 0 "deps --reverse shows who needs it" 'br_netfilter' -- kmtool deps --reverse bridge
expect 0 "log shows the kernel's lines about a module" 'filtering via arp' -- kmtool log bridge
expect 0 "version says what it was built with" 'kmtool 0' -- kmtool version
expect 4 "a kernel that is not installed is named" '9\.9\.9' -- kmtool -k 9.9.9 info dummy
clean_up
finish
