# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Module loading is disabled (kernel.modules_disabled=1) until the next reboot.
. "${0%/*}/lib.sh"

check "loop is loaded" kmtool load loop
echo 1 >/proc/sys/kernel/modules_disabled
expect 5 "loading is refused, and modules_disabled named" 'modules_disabled' '!sudo' -- kmtool load veth
judged modules-disabled modprobe veth
expect 5 "unloading too" 'modules_disabled' '!sudo' -- kmtool unload loop
check "the module is still there" loaded loop
expect 0 "list works" '^loop ' -- kmtool list
expect 5 "a dry run says that it could not work" 'modules_disabled' -- kmtool load -n veth
finish
