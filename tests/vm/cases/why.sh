# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Why a module is loaded, and what uses it: a mounted file system that the kernel asked for itself, its loop device, a
# dependency, a boot list, and one that nothing explains.
. "${0%/*}/lib.sh"

truncate -s 8M /tmp/disk
check "there is a file system" mke2fs -q -F -t ext4 /tmp/disk
mkdir -p /mnt/disk /etc/modules-load.d
check "loop is loaded" kmtool load loop
check "nothing has loaded ext4" not_loaded ext4
check "mounting it has the kernel request ext4" mount -t ext4 -o loop /tmp/disk /mnt/disk
check "so it is loaded" loaded ext4
expect 0 "ext4: the mount, and the kernel's own request" 'high +mount +mounted on /mnt/disk' 'alias fs-ext4' \
	'^ext4 is loaded: mounted on /mnt/disk' -- kmtool why ext4
expect 0 "its dependency: the chain to the mount" '^jbd2 is loaded: ext4 depends on it; ext4: mounted on /mnt/disk' -- \
	kmtool why jbd2
expect 0 "loop: the file behind the device" '/tmp/disk is on /dev/loop0' 'loop is loaded: mounted on /mnt/disk' -- \
	kmtool why loop
expect 0 "users of loop: all references are explained" 'mount +/mnt/disk' 'stacked +/tmp/disk' 'all explained' -- \
	kmtool users loop
check "umount" umount /mnt/disk
expect 0 "without the mount the request is a guess" 'best guess.*mounting ext4' '!^high' -- kmtool why ext4
expect 0 "and nothing uses it" '0 references: nothing uses it' -- kmtool users ext4

printf '# at boot\ndummy\n' >/etc/modules-load.d/test.conf
expect 1 "dummy: a boot list asks for it, and it is not loaded" 'although something asks for it' -- kmtool why dummy
check "dummy is loaded" kmtool load dummy
expect 0 "dummy: a boot list, with its line" '/etc/modules-load.d/test.conf:2' \
	'dummy is loaded: systemd loads it at boot' -- kmtool why dummy
rm /etc/modules-load.d/test.conf

check "km_busy is loaded by hand" kmtool load km_busy
expect 1 "nothing explains it" 'km_busy is loaded, and nothing explains it' -- kmtool why km_busy
exec 3</dev/km_busy
expect 0 "a process has its device open" '/dev/km_busy' "\\b$$\\b" '1 reference, all explained' -- kmtool users km_busy
exec 3<&-
expect 4 "what is not loaded has no users" 'is not loaded' -- kmtool users bridge

check "bridge is loaded by the kernel" ip link add br0 type bridge
check "it has an address" ip addr add 192.0.2.7/24 dev br0
check "it has a port" ip link add name v0 type veth
check "which is plugged" brctl addif br0 v0
for name in br0 v0 veth0; do
	ip link set "$name" up
done
sleep 1
expect 0 "bridge: its interface, with the address" 'interface +br0 +up, 192\.0\.2\.7' 'takes away what is listed' -- \
	kmtool users bridge
expect 0 "unloading warns of it" 'bridge drives .*br0.*192\.0\.2\.7' -- kmtool unload -n bridge
check "the interfaces go" ip link del br0
ip link del v0
clean_up
finish
