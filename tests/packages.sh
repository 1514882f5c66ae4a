# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The Debian packages that building and testing need: sourced by quickstart and runtests, so that
# there is one list of each.

# shellcheck disable=SC2034 # both are read by the scripts that source this file
KMTOOL_BUILD_PACKAGES="autoconf automake gcc make pkg-config libc6-dev libelf-dev libjson-c-dev
	libkmod-dev liblzma-dev libncurses-dev libsmartcols-dev libssl-dev libzstd-dev zlib1g-dev"

# What booting the test machine needs (tests/vm).
# shellcheck disable=SC2034
KMTOOL_VM_PACKAGES="bash binutils busybox-static cpio dpkg-dev e2fsprogs kmod linux-headers-amd64
	mount ncurses-base ncurses-term openssl qemu-system-x86 strace util-linux xz-utils zstd"
