# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # the variables are read by the scripts that source this file
# The Debian packages that building and testing need: sourced by quickstart and runtests, so that
# there is one list of each.

KMTOOL_BUILD_PACKAGES="autoconf automake gcc libarchive-dev libc6-dev libelf-dev libjson-c-dev
	libkmod-dev liblzma-dev libncurses-dev libsmartcols-dev libssl-dev libzstd-dev make pkg-config zlib1g-dev"

# Unit and command-line tests, house rules, sanitizers, fuzzing.
KMTOOL_TEST_PACKAGES="bash-completion bats bzip2 clang codespell cpio fish git gnuplot-nox kmod libclang-rt-dev
	libcmocka-dev llvm lz4 mandoc musl-tools ncurses-bin ncurses-term python3 shellcheck strace tmux
	valgrind xz-utils zsh zstd"

# Booting the test machine (tests/vm).
KMTOOL_VM_PACKAGES="binutils busybox-static cpio e2fsprogs kmod linux-headers-amd64 ncurses-base
	openssl patchelf qemu-system-x86 strace util-linux xz-utils zstd"
