# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Modules that something uses: the users are named, waiting helps when they go away, force where the
# kernel has it.
. "${0%/*}/lib.sh"

check "km_busy is loaded" kmtool load km_busy
exec 3</dev/km_busy
expect 5 "it is refused while its device is open, and the process is named" '/dev/km_busy' "\\b$$\\b" -- \
	kmtool unload km_busy
check "it is still there" loaded km_busy
expect 5 "waiting a little does not help" 'use' -- kmtool unload --wait 100 km_busy
(sleep 1) &
sleeper=$!
exec 3<&-
wait "$sleeper"
check "it goes when the device is closed" kmtool unload km_busy

check "km_busy is loaded again" kmtool load km_busy
(
	exec 3</dev/km_busy
	exec sleep 1.5
) &
sleep 0.5
check "with --wait it goes as soon as its user does" kmtool unload --wait 10000 km_busy
check "it is gone" not_loaded km_busy
wait

check "a module that keeps a reference on itself" kmtool load km_busy hold=1
expect 5 "is refused" 'in use' -- kmtool unload km_busy
check "and removed by force" kmtool unload --force km_busy
check "it went" not_loaded km_busy

check "a module without an exit function" kmtool load km_noexit
expect 5 "is refused as permanent" 'permanent|no exit' -- kmtool unload km_noexit
check "and removed by force" kmtool unload --force km_noexit
clean_up
finish
