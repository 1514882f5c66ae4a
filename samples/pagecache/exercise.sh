# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "A file system on a loop device. The disk image is in the memory of the laboratory."
try 'truncate -s 32M /tmp/disk; mke2fs -q -t ext4 /tmp/disk'
try 'modprobe loop; modprobe ext4; mkdir -p /mnt/disk; mount -o loop /tmp/disk /mnt/disk'
try 'modprobe km_pagecache'
try 'cd /sys/kernel/debug/km_pagecache'

say "Data just written is only in memory: its pages are dirty until they are written back."
try 'head -c 20000 /dev/zero >/mnt/disk/file; echo /mnt/disk/file >path'
try 'cat pages'
try 'sync; cat pages'

say "Clean pages may be dropped at any time. Reading brings back what it reads, and readahead."
try 'echo 1 >/proc/sys/vm/drop_caches; cat pages'
try 'head -c 1 /mnt/disk/file | wc -c; cat pages | tail -n 1'

say "4 MiB, read by a process in a cgroup of its own. Then the memory of that cgroup is reclaimed:"\
	"each evicted page leaves a shadow entry, which records when it was evicted."
try 'head -c 4194304 /dev/zero >/mnt/disk/large; sync; echo 1 >/proc/sys/vm/drop_caches'
try 'mkdir -p /tmp/groups; mount -t cgroup2 none /tmp/groups; mkdir /tmp/groups/reader'
try 'echo +memory >/tmp/groups/cgroup.subtree_control'
try 'sh -c "echo \$\$ >/tmp/groups/reader/cgroup.procs; exec cat /mnt/disk/large" | wc -c'
try 'echo /mnt/disk/large >path; cat pages | tail -n 1'
try 'echo 4M >/tmp/groups/reader/memory.reclaim; cat pages | tail -n 1'

say "tmpfs can keep 2 MiB in one folio, which covers 512 pages."
try 'mkdir -p /mnt/huge; mount -t tmpfs -o huge=always none /mnt/huge'
try 'head -c 4194304 /dev/zero >/mnt/huge/file; echo /mnt/huge/file >path; cat pages'

try 'cd /; umount /mnt/huge /mnt/disk; rmdir /tmp/groups/reader; umount /tmp/groups'
try 'kmtool provides -o query,module,state fs:ext4'
try 'kmtool unload km_pagecache'
