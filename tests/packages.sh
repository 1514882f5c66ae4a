# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # the variables are read by the scripts that source this file
# The Debian packages that building and testing need: sourced by quickstart and runtests, so that
# there is one list of each.

KMTOOL_BUILD_PACKAGES="autoconf automake gcc libarchive-dev libblkid-dev libc6-dev libelf-dev libjson-c-dev
	libkmod-dev liblzma-dev libncurses-dev libsmartcols-dev libssl-dev libzstd-dev make pkg-config zlib1g-dev"

# The same of other distributions, for README.md and what quickstart says there.
KMTOOL_BUILD_FEDORA="autoconf automake elfutils-libelf-devel gcc json-c-devel kmod-devel libarchive-devel
	libblkid-devel libsmartcols-devel libzstd-devel make ncurses-devel openssl-devel pkgconf-pkg-config xz-devel
	zlib-devel"
KMTOOL_BUILD_ARCH="autoconf automake gcc json-c kmod libarchive libelf make ncurses openssl pkgconf util-linux-libs xz
	zlib zstd"
KMTOOL_BUILD_ALPINE="autoconf automake build-base elfutils-dev json-c-dev kmod-dev libarchive-dev linux-headers ncurses-dev
	openssl-dev pkgconf util-linux-dev xz-dev zlib-dev zstd-dev"
KMTOOL_BUILD_SUSE="autoconf automake gcc libarchive-devel libblkid-devel libelf-devel libjson-c-devel libkmod-devel
	libopenssl-devel libsmartcols-devel libzstd-devel make ncurses-devel pkgconf xz-devel zlib-devel"

# Unit and command-line tests, house rules, sanitizers, fuzzing; the mkfs programs for tests/tree/needs.test.
KMTOOL_TEST_PACKAGES="bash-completion bats bcache-tools btrfs-progs bzip2 ccache clang codespell cpio
	cryptsetup-bin dosfstools e2fsprogs erofs-utils exfatprogs f2fs-tools fdisk fish git gnuplot-nox jfsutils kmod
	libclang-rt-dev libcmocka-dev llvm lz4 mandoc musl-tools ncurses-bin ncurses-term nilfs-tools ntfs-3g python3
	reiserfsprogs shellcheck squashfs-tools strace tmux udftools valgrind xfsprogs xorriso xz-utils zsh zstd"

# Booting the test machine (tests/vm).
KMTOOL_VM_PACKAGES="binutils btrfs-progs busybox-static cpio cryptsetup-bin dmsetup dosfstools e2fsprogs kmod
	linux-headers-amd64 ncurses-base openssl patchelf qemu-system-x86 squashfs-tools strace util-linux xfsprogs
	xz-utils zstd"

# Copies of a Debian with what calls the tools of kmod (tests/compat/system.sh).
KMTOOL_SYSTEM_PACKAGES="debootstrap"
