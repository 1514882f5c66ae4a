# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The test machine itself: it begins with no module, the distribution's own tools work in it, and
# our test modules are there and do what their names say.
. "${0%/*}/lib.sh"

same "begins with no module loaded" "" "$(modules)"
check "the module tree is that of the running kernel" test -e "/lib/modules/$(uname -r)/modules.dep.bin"
check "modprobe loads the distribution's dummy" modprobe dummy numdummies=3
check "it made three interfaces" test -d /sys/class/net/dummy2
check "modprobe loads a chain of our own modules" modprobe km_chain_c
check "the bottom of the chain is loaded" loaded km_chain_a
expect 1 "a module whose init fails is refused" 'No such device' -- modprobe km_result result=-19
check "the kernel can be read" dmesg
check "strace works" strace -o /tmp/trace true
expect 0 "nobody has no privilege" 'uid=65534' -- as_nobody id
clean_up
same "clean_up leaves no module" "" "$(modules)"
expect 0 "libkmod is here" 'libkmod +yes' -- kmtool version
strace -qq -f -o /tmp/trace kmtool load dummy >/dev/null 2>&1
same "a module is inserted through it, by one call" "$(reopened)" "$(inserted)"
check "and removed" kmtool unload dummy
finish
