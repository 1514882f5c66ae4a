# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Without libkmod: the cases after this one ask the kernel by its system calls.
. "${0%/*}/lib.sh"

rm -f /usr/lib/x86_64-linux-gnu/libkmod.so.2
expect 0 "there is no libkmod" 'libkmod +missing' -- kmtool version
strace -qq -f -o /tmp/trace kmtool load dummy >/dev/null 2>&1
check "a module is inserted all the same" loaded dummy
check "by the descriptor that was checked" grep -q 'finit_module(' /tmp/trace
check "which nothing has opened again" test "$(reopened)" != "$(inserted)"
check "and removed" kmtool unload dummy
finish
