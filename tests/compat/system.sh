# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by "clients", "distro" and "generators": a whole Debian 12 in a directory, and copies of it with our tools
# in the place of kmod's.
#
#	KMTOOL		the program; kmtool-kmod is beside it
#	KMTOOL_BUILD	the build directory: the system is made below it once, and kept
#	KMTOOL_CLIENTS	where it is kept instead
#	KMTOOL_MIRROR	where Debian is to be had
# Needs root, debootstrap and a mount namespace of its own; leaves nothing mounted.

: "${KMTOOL:?}" "${KMTOOL_BUILD:?}" "${KMTOOL_MIRROR:=http://deb.debian.org/debian}"
# shellcheck source=tests/tree/tap.sh
. "$(dirname "$0")/../tree/tap.sh"
KMOD=$(dirname "$(realpath "$KMTOOL")")/kmtool-kmod
base=${KMTOOL_CLIENTS:-$KMTOOL_BUILD/clients}/system
packages=busybox,cpio,dkms,dracut-core,e2fsprogs,gcc,initramfs-tools,kmod,libelf1,linux-base,linux-headers-amd64,
packages+=make,systemd-sysv,udev,zstd
tools='kmod lsmod insmod rmmod modprobe modinfo depmod'

# The system, without a kernel; the kernel's package is in its cache.
make_system() {
	local made=$1.new

	[ ! -e "$1/made" ] || return 0
	rm -rf "$made" "$1"
	mkdir -p "$(dirname "$made")"
	# shellcheck disable=SC2016 # for the other shell
	debootstrap --variant=minbase --include="$packages" bookworm "$made" "$KMTOOL_MIRROR" &&
		chroot "$made" sh -c 'apt-get clean && apt-get -q update && apt-get -q -y --download-only install \
			"linux-image-$(basename /lib/modules/*)"' || return
	printf '#!/bin/sh\nexit 101\n' >"$made/usr/sbin/policy-rc.d"
	chmod +x "$made/usr/sbin/policy-rc.d"
	rm -rf "$made"/var/lib/apt/lists
	touch "$made/made"
	mv "$made" "$1"
}

# divert SYSTEM: our tools in the place of kmod's, as a package would put them there.
divert() {
	local tool path

	cp "$KMOD" "$1/usr/lib/kmtool-kmod"
	for tool in $tools; do
		for path in /bin /sbin; do
			[ -L "$1$path/$tool" ] || [ -e "$1$path/$tool" ] || continue
			chroot "$1" dpkg-divert --quiet --local --rename --add "$path/$tool"
			ln -s /usr/lib/kmtool-kmod "$1$path/$tool"
		done
	done
}

# copy_system NAME DIR: NAME is kmod or kmtool.
copy_system() {
	cp -a "$base" "$2" && { [ "$1" = kmod ] || divert "$2"; }
}

# mount_in SYSTEM RESULT COMMAND...: runs it in there; RESULT is /result.
mount_in() {
	# shellcheck disable=SC2016 # for the other shell
	unshare -m sh -c 'mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" &&
		mount --bind /dev "$0/dev" && mount --bind "$1" "$0/result" && shift && exec chroot "$0" "$@"' "$@"
}

# shellcheck disable=SC2154 # who sources this says which
for program in debootstrap unshare "${needs[@]}"; do
	command -v "$program" >/dev/null && continue
	echo "1..0 # SKIP $program is not installed"
	exit 0
done
if ! unshare -m true 2>/dev/null; then
	echo "1..0 # SKIP no mount namespace can be had"
	exit 0
fi
make_system "$base" >"$work/why" 2>&1
report $? "a Debian 12 with what calls the tools"
[ $failed = 0 ] || finish
