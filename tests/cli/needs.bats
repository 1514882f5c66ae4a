# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool needs: images, mounts and devices of a machine that is made here; tests/tree/needs.test has the real modules.

load fixture

MKDISK=$top_builddir/tests/cli/mkdisk

# tree_module PATH WORD...: a module of the tree that is made here; see write_module.
tree_module() {
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/$1.ko" license=GPL "${@:2}"
}

# The modules of storage, with the aliases and dependencies that they have in Linux 6.1.
make_tree() {
	tree_module crypto/crc32c_intel alias=crypto-crc32c alias=crc32c
	tree_module crypto/crc32c_generic alias=crypto-crc32c alias=crc32c
	tree_module fs/jbd2/jbd2 export:jbd2_journal_start "softdep=pre: crypto-crc32c"
	tree_module fs/ext4/ext4 import:jbd2_journal_start alias=fs-ext4 alias=fs-ext3
	tree_module fs/fat/fat export:fat_fill_super
	tree_module fs/fat/vfat import:fat_fill_super alias=fs-vfat
	tree_module fs/nls/nls_cp437 alias=nls_cp437
	tree_module fs/nls/nls_cp850 alias=nls_cp850
	tree_module fs/nls/nls_ascii alias=nls_ascii
	tree_module fs/btrfs/btrfs alias=fs-btrfs "softdep=pre: crypto-crc32c"
	tree_module crypto/xxhash_generic alias=crypto-xxhash64
	tree_module fs/squashfs/squashfs alias=fs-squashfs
	tree_module fs/overlayfs/overlay alias=fs-overlay
	tree_module fs/nfs/nfs export:nfs_mount alias=fs-nfs
	tree_module fs/nfs/nfsv4 import:nfs_mount
	tree_module fs/nfs/nfsv3 import:nfs_mount
	tree_module fs/fuse/fuse alias=fs-fuse
	tree_module fs/cifs/cifs alias=fs-cifs softdep=ecb
	tree_module drivers/md/dm-mod export:dm_table_event
	tree_module drivers/md/dm-crypt import:dm_table_event
	tree_module drivers/md/dm-thin-pool import:dm_table_event
	tree_module drivers/md/raid456 alias=md-level-5 alias=md-raid5
	tree_module drivers/md/raid1 alias=md-level-1 alias=md-raid1
	tree_module crypto/xts alias=crypto-xts "softdep=pre: ecb"
	tree_module crypto/ecb alias=crypto-ecb
	tree_module crypto/aesni alias=crypto-aes
	tree_module drivers/scsi/sd_mod 'alias=scsi:t-0x00*'
	tree_module drivers/ata/ahci 'alias=pci:v*d*sv*sd*bc01sc06i01*' firmware=ahci/one.bin firmware=ahci/two.bin
	tree_module drivers/block/loop 'alias=block-major-7-*'
	tree_module drivers/net/e1000e 'alias=pci:v00008086d000010D3sv*sd*bc*sc*i*'
	tree_module lib/weak "weakdep=nls_ascii"
	printf '%s\n' kernel/crypto/cbc.ko kernel/fs/iso9660/isofs.ko >"$ROOT/lib/modules/$FIXTURE_VERSION/modules.builtin"
	printf 'cbc.alias=crypto-cbc\0isofs.alias=fs-iso9660\0' >"$ROOT/lib/modules/$FIXTURE_VERSION/modules.builtin.modinfo"
	(cd "$ROOT/lib/modules/$FIXTURE_VERSION" && find kernel -name '*.ko' | LC_ALL=C sort >modules.order)
	depmod -b "$ROOT" "$FIXTURE_VERSION"
}

setup_file() {
	command -v depmod >/dev/null || skip "depmod is not installed"
	ROOT=$BATS_FILE_TMPDIR/tree
	make_tree
	mkdir -p "$ROOT/boot" "$ROOT/proc/sys/kernel" "$ROOT/proc/self" "$ROOT/etc"
	echo "$FIXTURE_VERSION" >"$ROOT/proc/sys/kernel/osrelease"
	: >"$ROOT/proc/modules"
	printf '%s\n' '#' CONFIG_FAT_DEFAULT_CODEPAGE=437 'CONFIG_FAT_DEFAULT_IOCHARSET="ascii"' 'CONFIG_NLS_DEFAULT="utf8"' \
		>"$ROOT/boot/config-$FIXTURE_VERSION"
}

setup() {
	needs_library libblkid
	ROOT=$BATS_TEST_TMPDIR/root
	cp -a "$BATS_FILE_TMPDIR/tree" "$ROOT"
	cd "$BATS_TEST_TMPDIR" || return
}

# disk WORD...: the image "disk", of 20 MiB.
disk() {
	"$MKDISK" disk 20 "$@"
}

# modules_are WORDS TARGET...: the modules that are listed, in their order.
modules_are() {
	local want=$1

	shift
	expect_status 0 kmtool needs --format list --raw -o needs "$@"
	[ "${output//$'\n'/ }" = "$want" ] || {
		echo "$* needs ${output//$'\n'/ }"
		return 1
	}
}

@test "an image is a tree of partitions, filesystems, modules and reasons" {
	"$MKDISK" disk 4 gpt=2 at=0x100000 squashfs
	expect_status 0 kmtool needs disk
	[ "$output" = 'NEEDS        STATE     WHY
disk         -         4M, gpt, 2 partitions
|-p1         -         1M, Linux filesystem: squashfs 4.0
| `-squashfs available its filesystem is squashfs
`-p2         -         1M, Linux filesystem: nothing recognised
1 module to include, 0 built in, 0 missing' ]
	[ -z "$stderr" ]
	disk vfat
	expect_status 0 kmtool needs disk
	contains "$output" "
|-vfat      available its filesystem is vfat
| \`-fat     available needed by vfat
|-nls_cp437 available codepage=437 of vfat, /boot/config-$FIXTURE_VERSION
\`-nls_ascii available iocharset=ascii of vfat, /boot/config-$FIXTURE_VERSION
4 modules to include, 0 built in, 0 missing"
}

@test "every superblock asks for its modules, in loading order" {
	cat >vg <<-'END'
		vg0 {
		physical_volumes { pv0 { device = "/dev/sda" } }
		logical_volumes { # two of them
		root { segment1 { type = "striped" stripes = [ "pv0", 0 ] } }
		data { segment1 { type = "thin" thin_pool = "pool" } }
		pool { segment1 { type = "thin-pool" pool = "pool_tdata" } }
		} }
	END
	echo '{"segments":{"0":{"type":"crypt","encryption":"aes-xts-plain64"}}}' >json
	disk ext4 && modules_are 'crc32c_generic crc32c_intel jbd2 ext4' disk
	disk vfat && modules_are 'fat vfat nls_cp437 nls_ascii' disk
	disk btrfs=1,1 && modules_are 'crc32c_generic crc32c_intel btrfs xxhash_generic' disk
	disk squashfs && modules_are squashfs disk
	disk swap && modules_are '' disk
	disk luks1 && modules_are 'dm_mod dm_crypt aesni ecb xts' disk
	disk luks2=json && modules_are 'dm_mod dm_crypt aesni ecb xts' disk
	disk lvm=vg && modules_are 'dm_mod dm_thin_pool' disk
	disk md=5,3 && modules_are raid456 disk
	disk md-end=1,2 && modules_are raid1 disk
	disk gpt-4k=2 at=0x100000 vfat && modules_are 'fat vfat nls_cp437 nls_ascii' disk
	disk dos=2 at=0x200000 squashfs && modules_are squashfs disk
}

@test "what an image says besides is a note" {
	disk btrfs=0,2
	expect_status 0 kmtool needs disk
	contains "$stderr" 'note: disk is one of 2 devices of a btrfs: all are needed'
	disk ext4-journal
	expect_status 0 kmtool needs disk
	contains "$stderr" 'note: disk has its journal on another device, which is needed, too'
	echo 'not JSON' >json
	disk luks2=json
	expect_status 0 kmtool needs disk
	contains "$stderr" 'note: disk: the LUKS header is damaged: ciphers are not known'
	contains "$output" 'dm_crypt available encrypted with LUKS'
}

@test "character sets are those of the mount options, else of the kernel's configuration" {
	disk vfat
	modules_are 'fat vfat nls_cp850' -m codepage=850,iocharset=none disk
	modules_are 'fat vfat nls_cp850 nls_ascii' -m rw,codepage=850 disk
	expect_status 1 kmtool needs -m iocharset=koi8-r disk
	contains "$output" 'nls_koi8-r missing   iocharset=koi8-r of vfat, mount options'
	[ "$stderr" = "kmtool: kernel $FIXTURE_VERSION has no module for nls_koi8-r" ]
	rm "$ROOT/boot/config-$FIXTURE_VERSION"
	expect_status 0 kmtool needs disk
	contains "$stderr" "the configuration of kernel $FIXTURE_VERSION was not found"
	contains "$output" 'codepage=437 of vfat, assumed'
}

@test "kinds, built-in code and formats are chosen" {
	disk luks1
	modules_are 'dm_mod dm_crypt' --with storage disk
	modules_are 'aesni ecb xts' --with crypto,nls disk
	expect_status 2 kmtool needs --with disks disk
	disk at=0 ext4
	expect_status 0 kmtool needs -f paths disk
	[ "${lines[3]}" = "/lib/modules/$FIXTURE_VERSION/kernel/fs/ext4/ext4.ko" ]
	expect_status 0 kmtool needs -f dracut disk
	[ "$output" = 'add_drivers+=" crc32c_generic crc32c_intel jbd2 ext4 "' ]
	expect_status 0 kmtool needs -f mkinitcpio disk
	[ "$output" = 'MODULES=(crc32c_generic crc32c_intel jbd2 ext4)' ]
	expect_status 0 kmtool needs -f initramfs-tools disk
	[ "$output" = $'crc32c_generic\ncrc32c_intel\njbd2\next4' ]
	expect_status 0 kmtool needs -f booster disk
	[ "$output" = 'modules: crc32c_generic,crc32c_intel,jbd2,ext4' ]
	expect_status 2 kmtool needs --raw -f dracut disk
	modules_are isofs fs:iso9660
	modules_are '' --no-builtin fs:iso9660
	modules_are 'cifs aesni ecb' --with fs,crypto fs:cifs
}

@test "what is not recognised, ambiguous or not there has an exit status of its own" {
	truncate -s 0 disk
	expect_status 3 kmtool needs disk
	[ -z "$output" ]
	[ "$stderr" = 'kmtool: disk: nothing in it is recognised' ]
	expect_status 3 kmtool needs --raw disk
	[ "$output" = $'disk\t-\tnothing in it is recognised' ]
	disk ext4 swap
	expect_status 4 kmtool needs disk
	contains "$stderr" 'kmtool: disk: several signatures: '
	contains "$stderr" 'hint: '\''wipefs disk'\'' lists them'
	expect_status 4 kmtool needs nowhere
	contains "$stderr" 'nowhere: cannot be opened: No such file or directory'
	mkfifo fifo
	expect_status 4 timeout 10 "$KMTOOL" --root "$ROOT" needs fifo
	contains "$stderr" 'fifo: neither a file nor a block device nor a directory'
	expect_status 4 kmtool needs /dev/null
	expect_status 4 kmtool needs UUID=none
	expect_status 4 kmtool needs fs:../x
	expect_status 2 kmtool needs
	expect_status 1 kmtool needs fs:cramfs
	contains "$output" 'fs-cramfs missing its filesystem is cramfs'
	if [ "$(id -u)" != 0 ]; then
		disk ext4 && chmod 0 disk
		expect_status 5 kmtool needs disk
	fi
	# The heaviest one counts, and all are told.
	"$MKDISK" good 20 squashfs
	expect_status 4 kmtool needs good fifo rubbish
	contains "$output" squashfs
	contains "$stderr" 'warning: rubbish: '
}

@test "images that are not raw are named, with the command that makes them so" {
	printf 'QFI\xfb' >disk.qcow2
	printf 'KDMV' >disk.vmdk
	{ head -c 64 /dev/zero && printf '\x7f\x10\xda\xbe'; } >disk.vdi
	printf '\xfd7zXZ\0' >disk.xz
	printf '\x1f\x8b' >disk.gz
	printf '\x28\xb5\x2f\xfd' >disk.zst
	for name in qcow2 vmdk vdi; do
		expect_status 3 kmtool needs "disk.$name"
		[ "$stderr" = "kmtool: disk.$name: not a raw image but $name
kmtool: hint: qemu-img convert -O raw disk.$name disk.$name.raw; or without a copy, as root: qemu-nbd -r -c /dev/nbd0 disk.$name" ]
	done
	expect_status 3 kmtool needs disk.xz
	contains "$stderr" 'hint: xz -dc disk.xz >disk.raw'
	expect_status 3 kmtool needs disk.gz
	expect_status 3 kmtool needs disk.zst
}

@test "damaged and hostile images end with a message" {
	"$MKDISK" disk 600 gpt=500 at=0x100000 squashfs
	expect_status 0 kmtool needs disk
	contains "$stderr" 'the table has 500 partitions: the kernel takes the first 256'
	[ "$(kmtool needs --raw -o needs disk 2>/dev/null | grep -c '^p')" = 256 ]
	"$MKDISK" disk 600 gpt=10000
	expect_status 0 timeout 20 "$KMTOOL" --root "$ROOT" needs disk
	contains "$stderr" 'partitions: the kernel takes the first 256'
	disk gpt=10000 at=0x100000 ext4
	expect_status 3 kmtool needs disk
	contains "$stderr" 'its partition table (gpt) is damaged'
	disk ext4 && truncate -s 1500 disk
	expect_status 3 kmtool needs disk
	disk gpt=4 at=0x400000 squashfs && truncate -s 4200k disk
	expect_status 3 kmtool needs disk
	disk dos=3 at=0x300000 squashfs && truncate -s 3500k disk
	expect_status 0 kmtool needs disk
	contains "$stderr" 'p3 ends behind the end of it: the image is cut'
	# JSON that is deep, and JSON that is long.
	printf '%0.s[' {1..9000} >json
	disk luks2=json
	expect_status 0 kmtool needs disk
	contains "$stderr" 'ciphers are not known'
	{ printf '{"segments":{' && yes '"1":{"encryption":"aes"},' | head -n 90000 && echo '}}'; } >json
	"$MKDISK" disk 20 luks2=json
	expect_status 0 timeout 20 "$KMTOOL" --root "$ROOT" needs disk
	contains "$stderr" 'ciphers are not known'
}

@test "nothing is written to a target, and it is opened for reading only" {
	local before

	command -v strace >/dev/null || skip "strace is not installed"
	strace -o /dev/null true 2>/dev/null || skip "strace does not work here"
	disk gpt=2 at=0x200000 ext4 && chmod 444 disk
	before=$(md5sum disk)
	ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace=openat,open,openat2,write,pwrite64,ioctl,ftruncate \
		"$KMTOOL" --root "$ROOT" needs disk
	grep -q 'proc/self/fd.*O_RDONLY' trace
	not grep -E 'O_WRONLY|O_RDWR|O_CREAT|pwrite|ftruncate' trace
	not grep -E 'write\(([03-9]|1[0-9])' trace
	not grep blkid.tab trace
	[ "$(md5sum disk)" = "$before" ]
}

# A disk of a machine: sda of ahci, with sda1 (FAT) and sda2 (LUKS), on that dm-0 with the root.
make_disk() {
	local disk=$ROOT/sys/devices/pci0000:00/0000:00:17.0/ata1/0:0:0:0 dm=$ROOT/sys/devices/virtual/block/dm-0

	mkdir -p "$disk/block/sda/sda1" "$disk/block/sda/sda2" "$disk/block/sda/slaves" "$dm/dm" "$dm/slaves" \
		"$ROOT/sys/bus/pci/drivers/ahci" "$ROOT/sys/bus/scsi/drivers/sd" "$ROOT/sys/class/block" \
		"$ROOT/sys/dev/block" "$ROOT/run/udev/data" "$ROOT/sys/module/ahci"
	echo pci:v00008086d0000A352sv00001028sd0000087Cbc01sc06i01 >"$disk/../../modalias"
	ln -s /sys/bus/pci/drivers/ahci "$disk/../../driver"
	ln -s /sys/module/ahci "$ROOT/sys/bus/pci/drivers/ahci/module"
	ln -s /sys/bus/pci "$disk/../../subsystem"
	echo scsi:t-0x00 >"$disk/modalias"
	ln -s /sys/bus/scsi/drivers/sd "$disk/driver" # built into the kernel that runs
	ln -s /sys/bus/scsi "$disk/subsystem"
	echo 8:0 >"$disk/block/sda/dev"
	for n in 1 2; do
		echo "$n" >"$disk/block/sda/sda$n/partition"
		echo "8:$n" >"$disk/block/sda/sda$n/dev"
		ln -s "../../devices/pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda/sda$n" "$ROOT/sys/class/block/sda$n"
		ln -s "../../devices/pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda/sda$n" "$ROOT/sys/dev/block/8:$n"
	done
	echo CRYPT-LUKS2-6f1b-root >"$dm/dm/uuid"
	echo root >"$dm/dm/name"
	echo 253:0 >"$dm/dev"
	ln -s ../../../../pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda/sda2 "$dm/slaves/sda2"
	ln -s ../../devices/virtual/block/dm-0 "$ROOT/sys/class/block/dm-0"
	ln -s ../../devices/virtual/block/dm-0 "$ROOT/sys/dev/block/253:0"
	echo E:ID_FS_TYPE=vfat >"$ROOT/run/udev/data/b8:1"
	echo E:ID_FS_TYPE=crypto_LUKS >"$ROOT/run/udev/data/b8:2"
	echo E:ID_FS_TYPE=ext4 >"$ROOT/run/udev/data/b253:0"
	cat >"$ROOT/proc/self/mountinfo" <<-'END'
		20 1 253:0 / / rw shared:1 - ext4 /dev/mapper/root rw
		21 20 8:1 / /boot/efi rw - vfat /dev/sda1 rw,codepage=850,iocharset=ascii
		22 20 0:21 / /proc rw - proc proc rw
		23 20 0:40 / /srv rw - nfs server:/x rw,vers=3
		24 20 0:41 / /merged rw - overlay overlay rw,lowerdir=/boot/efi/a:/b,upperdir=/srv/c
	END
}

@test "a mount point leads through the mapper and the partition to the controller" {
	make_disk
	expect_status 0 kmtool needs /
	contains "$output" '
/                      -         ext4 on /dev/mapper/root
`-dm-0                 -         device-mapper root
  |-dm_mod             available device-mapper
  |-dm_crypt           available set up by cryptsetup
  | `-dm_mod           available needed by dm_crypt
  |-ext4               available its filesystem is ext4
  | `-jbd2             available needed by ext4
  |   |-crc32c_generic available softdep of jbd2 as crypto-crc32c
  |   `-crc32c_intel   available softdep of jbd2 as crypto-crc32c
  `-sda2               -         crypto_LUKS, by udev
    |-dm_crypt         available encrypted with LUKS
    `-sda              -         disk
      |-sd_mod         available drives scsi 0:0:0:0 (sd)
      `-ahci           available drives pci 0000:00:17.0 (ahci)
8 modules to include, 0 built in, 0 missing'
	contains "$stderr" 'note: firmware that is not installed: ahci/one.bin (ahci), ahci/two.bin (ahci)'
	expect_status 0 kmtool needs --with firmware --format list --raw -o needs /
	[ "$output" = $'dm_mod\ndm_crypt\nsd_mod\nahci' ]
	contains "$stderr" 'ahci/one.bin (ahci)'
	expect_status 0 kmtool needs --with storage /
	[ -z "$stderr" ]
	mkdir -p "$ROOT/lib/firmware/ahci"
	: >"$ROOT/lib/firmware/ahci/one.bin.xz"
	: >"$ROOT/lib/firmware/ahci/two.bin"
	expect_status 0 kmtool needs /
	[ -z "$stderr" ]
	modules_are 'dm_mod dm_crypt crc32c_generic crc32c_intel jbd2 ext4 sd_mod ahci' /
	modules_are 'fat vfat nls_cp850 nls_ascii sd_mod ahci' /boot/efi
	modules_are 'dm_mod dm_crypt sd_mod ahci' /dev/sda2
	modules_are '' /proc
	modules_are 'nfs nfsv3' /srv
	modules_are 'overlay fat vfat nls_cp850 nls_ascii sd_mod ahci nfs nfsv3 dm_mod dm_crypt crc32c_generic crc32c_intel jbd2 ext4' /merged ||
		modules_are 'overlay fat vfat nls_cp850 nls_ascii sd_mod ahci dm_mod dm_crypt crc32c_generic crc32c_intel jbd2 ext4 nfs nfsv3' /merged
	mkdir -p "$ROOT/dev/disk/by-uuid"
	ln -s ../../sda1 "$ROOT/dev/disk/by-uuid/12-34"
	modules_are 'fat vfat nls_cp437 nls_ascii sd_mod ahci' -m rw UUID=12-34
}

@test "links to suppliers and cycles in sysfs" {
	local disk

	make_disk
	disk=$ROOT/sys/devices/pci0000:00/0000:00:17.0
	mkdir -p "$ROOT/sys/devices/platform/phy" "$ROOT/sys/devices/virtual/devlink/phy--ahci" "$ROOT/sys/bus/x/drivers/e1000e" \
		"$ROOT/sys/module/e1000e"
	ln -s ../../virtual/devlink/phy--ahci "$disk/supplier:platform:phy"
	ln -s ../../../platform/phy "$ROOT/sys/devices/virtual/devlink/phy--ahci/supplier"
	ln -s ../../../bus/x/drivers/e1000e "$ROOT/sys/devices/platform/phy/driver"
	ln -s ../../../../module/e1000e "$ROOT/sys/bus/x/drivers/e1000e/module"
	ln -s ../../../devices/pci0000:00/0000:00:17.0/ata1 "$ROOT/sys/devices/platform/phy/supplier:loop"
	# Two mapped devices that are made of each other.
	mkdir -p "$ROOT/sys/devices/virtual/block/dm-1/slaves" "$ROOT/sys/devices/virtual/block/dm-1/dm"
	echo other >"$ROOT/sys/devices/virtual/block/dm-1/dm/name"
	echo 253:1 >"$ROOT/sys/devices/virtual/block/dm-1/dev"
	ln -s ../../dm-1 "$ROOT/sys/devices/virtual/block/dm-0/slaves/dm-1"
	ln -s ../../dm-0 "$ROOT/sys/devices/virtual/block/dm-1/slaves/dm-0"
	ln -s ../../dm-1 "$ROOT/sys/devices/virtual/block/dm-1/slaves/dm-1"
	expect_status 0 timeout 20 "$KMTOOL" --root "$ROOT" needs /
	contains "$output" 'drives phy (e1000e)'
}

@test "a loop device leads to where its file lies, but not to itself" {
	local loop=$ROOT/sys/devices/virtual/block/loop0

	make_disk
	mkdir -p "$loop/loop"
	echo 7:0 >"$loop/dev"
	echo /srv/root.img >"$loop/loop/backing_file"
	ln -s ../../devices/virtual/block/loop0 "$ROOT/sys/class/block/loop0"
	ln -s ../../devices/virtual/block/loop0 "$ROOT/sys/dev/block/7:0"
	echo E:ID_FS_TYPE=squashfs >"$ROOT/run/udev/data/b7:0"
	echo '25 20 7:0 / /ro ro - squashfs /dev/loop0 ro' >>"$ROOT/proc/self/mountinfo"
	modules_are 'squashfs loop nfs nfsv3' /ro
	# A file of another mount namespace.
	sed -i 's, 253:0 / / .*, 7:0 / / ro - squashfs /dev/loop0 ro,' "$ROOT/proc/self/mountinfo"
	echo /elsewhere/root.img >"$loop/loop/backing_file"
	expect_status 0 kmtool needs /
	[ "$(grep -c loop0 <<<"$output")" = 3 ]
	modules_are 'squashfs loop' /
}

@test "what is mounted at boot, of a machine that runs and of one that does not" {
	make_disk
	echo 'UUID=x none swap sw 0 0' >"$ROOT/etc/fstab"
	expect_status 0 kmtool needs --auto --raw -o needs -f list
	[ "${output//$'\n'/ }" = 'dm_mod dm_crypt crc32c_generic crc32c_intel jbd2 ext4 sd_mod ahci fat vfat nls_cp850 nls_ascii' ]
	rm -r "$ROOT/proc/self" "$ROOT/sys"
	printf '%s\n' 'UUID=a / ext4 defaults 0 1' 'UUID=b /boot/efi vfat iocharset=ascii 0 1' >"$ROOT/etc/fstab"
	echo 'root UUID=c none luks' >"$ROOT/etc/crypttab"
	expect_status 0 kmtool needs --auto --raw -o needs -f list
	[ "${output//$'\n'/ }" = 'crc32c_generic crc32c_intel jbd2 ext4 fat vfat nls_cp437 nls_ascii dm_mod dm_crypt ecb xts aesni' ]
	expect_status 0 kmtool needs --auto
	contains "$output" 'ext4 on UUID=a (/etc/fstab:1)'
	rm "$ROOT/etc/fstab" "$ROOT/etc/crypttab"
	expect_status 4 kmtool needs --auto
	contains "$stderr" 'nothing tells what is mounted at boot'
}

@test "JSON has the places with their needs" {
	local json

	make_disk
	"$MKDISK" disk 4 gpt=2 at=0x100000 luks1
	expect_status 0 kmtool needs --json disk /
	json=$output
	python3 "$top_srcdir/tests/cli/validate-json" "$top_srcdir/docs/kmtool.schema.json" needs <<<"$json"
	python3 - "$json" <<-'END'
		import json, sys
		disk, root = json.loads(sys.argv[1])["targets"]
		assert (disk["path"], disk["pttype"], disk["size"]) == ("disk", "gpt", 4 << 20)
		part = disk["parts"][0]
		assert (part["no"], part["start"], part["type"]) == (1, 1 << 20, "crypto_LUKS")
		assert [n["module"] for n in part["needs"]][:2] == ["dm_crypt", "dm_mod"]
		assert part["needs"][1]["via"] == "dm_crypt" and part["needs"][1]["edge"] == "hard"
		sda = root["devices"][0]["devices"][0]["devices"][0]
		assert sda["name"] == "sda" and sda["needs"][0]["module"] == "sd_mod"
	END
	expect_status 2 kmtool needs --json -o needs disk
}

# image NAME...: the initramfs "image", with these modules of the tree.
image() {
	local name

	rm -rf in && mkdir -p "in/lib/modules/$FIXTURE_VERSION"
	for name; do
		cp "$(find "$ROOT/lib/modules/$FIXTURE_VERSION" -name "$name.ko")" "in/lib/modules/$FIXTURE_VERSION/"
	done
	(cd in && find . | cpio -o -H newc --quiet) >image
}

@test "an initramfs that lacks a module is compared with what is needed" {
	command -v cpio >/dev/null || skip "cpio is not installed"
	make_disk
	image dm-mod dm-crypt crc32c_generic jbd2 ext4 sd_mod ahci
	expect_status 0 kmtool needs / --compare image
	[ "$output" = 'image has all of the 8 modules that are needed' ]
	image dm-mod dm-crypt crc32c_generic jbd2 sd_mod
	expect_status 1 kmtool needs / --compare image
	[ "$output" = 'NEEDS PLACE WHY
ext4  dm-0  its filesystem is ext4
ahci  sda   drives pci 0000:00:17.0 (ahci)' ]
	contains "$stderr" 'kmtool: image lacks 2 modules that are needed'
	image dm-mod dm-crypt ext4 jbd2 sd_mod ahci
	expect_status 1 kmtool needs / --compare image --raw -o needs
	[ "$output" = $'crc32c_generic\ncrc32c_intel' ]
	# What it lacks for certain counts, whatever cannot be looked at; and if it lacks nothing, that does.
	image dm-mod dm-crypt crc32c_generic jbd2 sd_mod ahci
	expect_status 1 kmtool needs / nowhere --compare image
	contains "$stderr" 'warning: nowhere: cannot be opened'
	contains "$stderr" 'kmtool: image lacks 1 module that is needed'
	image dm-mod dm-crypt crc32c_generic jbd2 ext4 sd_mod ahci
	expect_status 4 kmtool needs / nowhere --compare image
	# Optional modules, and character sets that are assumed.
	rm "$ROOT/boot/config-$FIXTURE_VERSION"
	disk vfat
	image fat vfat nls_cp437
	expect_status 0 kmtool needs disk --compare image
	image fat nls_cp437
	expect_status 1 kmtool needs disk --compare image --raw -o needs
	[ "$output" = vfat ]
	image
	expect_status 1 kmtool needs / --compare image
	contains "$stderr" "note: image has no module of kernel $FIXTURE_VERSION"
	expect_status 4 kmtool needs / --compare nowhere
	echo rubbish >image
	expect_status 1 kmtool needs / --compare image
	contains "$stderr" 'image: '
}
