# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Stacks of storage that are mounted: kmtool needs lists modules for the mount point; with exactly those, in that order,
# and with a kernel that can ask for no other, the stack is set up again. Without one of them it is not.
# shellcheck disable=SC2317 # the functions are called by their names
. "${0%/*}/lib.sh"

modprobe=$(cat /proc/sys/kernel/modprobe)
mkdir -p /mnt/x /mnt/lower

# autoload on|off: whether the kernel finds a program that loads what it asks for.
autoload() {
	if [ "$1" = on ]; then
		echo "$modprobe"
	else
		echo /bin/false
	fi >/proc/sys/kernel/modprobe
}

# disks SIZE N: that many loop devices of empty files.
disks() {
	local i

	for ((i = 0; i < $2; i++)); do
		rm -f "/tmp/disk$i"
		truncate -s "$1" "/tmp/disk$i"
		losetup "/dev/loop$i" "/tmp/disk$i" || return
	done
}

# Each makes its filesystem anew and mounts it at /mnt/x.
plain() {
	local type=$1 options=$2

	shift 2
	disks 320M 1 && "$@" /dev/loop0 && mount -t "$type" -o "$options" /dev/loop0 /mnt/x
}

set_up_ext4() { plain ext4 rw mke2fs -q -t ext4; }
set_up_xfs() { plain xfs rw mkfs.xfs -q -f; }
set_up_btrfs() { plain btrfs rw mkfs.btrfs -q -f --csum xxhash; }
set_up_vfat() { plain vfat codepage=437,iocharset=ascii mkfs.vfat; }

set_up_overlay() {
	mkdir -p /tmp/files /tmp/up /tmp/work
	echo text >/tmp/files/text
	rm -f /tmp/squash
	mksquashfs /tmp/files /tmp/squash -quiet -no-progress && losetup /dev/loop0 /tmp/squash &&
		mount -t squashfs /dev/loop0 /mnt/lower &&
		mount -t overlay -o lowerdir=/mnt/lower,upperdir=/tmp/up,workdir=/tmp/work overlay /mnt/x
}

set_up_crypt() {
	disks 48M 1 && echo secret >/tmp/key &&
		cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file /tmp/key /dev/loop0 &&
		cryptsetup open --key-file /tmp/key /dev/loop0 c && mke2fs -q -t ext4 /dev/mapper/c &&
		mount -t ext4 /dev/mapper/c /mnt/x
}

# As LVM sets up a logical volume with one segment.
set_up_volume() {
	disks 16M 1 && dmsetup create vg-root --noudevsync --noudevrules --uuid LVM-0123456789 \
		--table '0 16384 linear /dev/loop0 2048' &&
		mke2fs -q -t ext4 /dev/dm-0 && mount -t ext4 /dev/dm-0 /mnt/x
}

# As mdadm does it, without a superblock.
array() {
	local level=$1 n=$2 md=/sys/block/md_x/md i

	disks 16M "$n" && echo md_x >/sys/module/md_mod/parameters/new_array && echo "$level" >"$md"/level &&
		echo "$n" >"$md"/raid_disks && echo none >"$md"/metadata_version || return
	for ((i = 0; i < n; i++)); do
		cat "/sys/block/loop$i/dev" >"$md"/new_dev && echo "$i" >"$md/dev-loop$i/slot" || return
	done
	echo 65536 >"$md"/chunk_size && echo 16384 >"$md"/component_size && echo none >"$md"/resync_start &&
		echo active >"$md"/array_state && mke2fs -q -t ext4 /dev/md_x && mount -t ext4 /dev/md_x /mnt/x
}

set_up_raid1() { array raid1 2; }
set_up_raid5() { array raid5 3; }

tear_down() {
	local i

	umount /mnt/x
	umount /mnt/lower
	[ ! -e /sys/block/md_x/md ] || echo clear >/sys/block/md_x/md/array_state
	dmsetup remove_all --noudevsync --noudevrules
	for i in 0 1 2; do
		losetup -d "/dev/loop$i"
	done
	for ((i = 0; i < 20; i++)); do
		clean_up
		[ -n "$(modules)" ] || return 0
		sleep 0.2
	done
} >/dev/null 2>&1

# insert WITHOUT: the files that were listed, but one. A variant of a cipher for another processor says -ENODEV.
insert() {
	local file

	while read -r file; do
		[ "${file##*/}" != "$1.ko" ] || continue
		insmod "$file" 2>/tmp/err || grep -q 'No such device' /tmp/err || [ -n "$1" ] ||
			{ cat /tmp/err && return 1; }
	done </tmp/paths
}

# stack NAME WITHOUT PROGRAM
stack() {
	if ! command -v "$3" >/dev/null; then
		skip "$1" "there is no $3"
		return
	fi
	autoload on
	modprobe -a loop md_mod dm_mod
	check "$1: set up with modprobe" "set_up_$1"
	kmtool needs --format paths /mnt/x >/tmp/paths
	out=$(cat /tmp/paths)
	matches "$1: needs lists loop and $2" '/loop\.ko$' "/$2\.ko\$"
	autoload off
	tear_down
	same "$1: nothing is loaded" '' "$(modules)"
	check "$1: what is listed can be loaded in that order" insert ''
	check "$1: with that and nothing else it is set up" "set_up_$1"
	tear_down
	insert "$2"
	expect not0 "$1: without $2 it is not" -- "set_up_$1"
	tear_down
	autoload on
}

stack ext4 jbd2 mke2fs
stack xfs xfs mkfs.xfs
stack btrfs xxhash_generic mkfs.btrfs
stack vfat nls_cp437 mkfs.vfat
stack overlay squashfs mksquashfs
stack crypt xts cryptsetup
stack volume dm-mod dmsetup
stack raid1 raid1 mke2fs
stack raid5 raid456 mke2fs
finish
