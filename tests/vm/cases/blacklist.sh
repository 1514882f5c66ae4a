# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A module that the kernel's command line forbids (module_blacklist=dummy).
. "${0%/*}/lib.sh"

expect 5 "it is refused, and the command line named" 'module_blacklist' 'Module dummy is blacklisted' '!sudo' -- \
	kmtool load dummy
judged kernel-blacklist modprobe dummy
check "others load" kmtool load veth
check "unloading is not forbidden" kmtool unload veth
same "nothing stayed" "" "$(modules)"
finish
