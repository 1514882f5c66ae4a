# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A filesystem in use: the mount is named when unloading is refused, and after umount the module goes.
. "${0%/*}/lib.sh"

check "ext4 and loop are loaded" kmtool load ext4 loop
truncate -s 8M /tmp/disk
check "there is a filesystem" mke2fs -q -F -t ext4 /tmp/disk
mkdir -p /mnt/disk
check "it can be mounted" mount -t ext4 -o loop /tmp/disk /mnt/disk
expect 5 "unloading ext4 is refused, and the mount point named" '/mnt/disk' -- kmtool unload ext4
expect 5 "in the plan too" '/mnt/disk' -- kmtool unload -n ext4
check "it is still there" loaded ext4
check "umount" umount /mnt/disk
check "then it unloads with everything that came with it" kmtool unload --unused-deps ext4
check "the journal is gone too" not_loaded jbd2
clean_up
finish
