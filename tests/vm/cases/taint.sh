# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Modules that taint the kernel. It says so for the first one only, so this comes first in its boot.
. "${0%/*}/lib.sh"

same "the kernel is not tainted" 0 "$(cat /proc/sys/kernel/tainted)"
expect 0 "a proprietary module from outside the tree loads, and each taint is told" \
	"\\(P\\).*licence 'XXX'" '\(O\).*tree' '\(E\).*signed' -- kmtool load /m/proprietary/km_hello.ko
expect 0 "list shows the letters" '^km_hello .*POE' -- kmtool list km_hello
clean_up
expect 0 "the second time it loads without a word" '!taint' -- kmtool load /m/proprietary/km_hello.ko
clean_up
expect 0 "one without CRCs taints by force" '\(F\)' -- kmtool load /m/no_versions/km_hello.ko
clean_up
finish
