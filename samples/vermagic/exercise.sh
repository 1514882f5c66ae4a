# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The vermagic of the file: the release it was built for, and settings that change the layout of"\
	"structures."
try 'modinfo -F vermagic km_vermagic'
try 'uname -r'
try 'modprobe km_vermagic; cat /sys/kernel/debug/km_vermagic/releases; rmmod km_vermagic'

say "The Makefile decides which kernel a module is built for: KDIR is the directory of its headers."
try 'cd /tmp; kmtool new -q mine; cat mine/Kbuild; grep -e "^KDIR" -e MAKE mine/Makefile; rm -r mine'

say "A module of another build: here, the same file with one word of its vermagic changed."
try 'sed "s/mod_unload/mod_unlock/" /samples/vermagic/km_vermagic.ko >other.ko'
try 'dmesg -C; insmod other.ko'
try 'dmesg -t'

say "kmtool shows the difference, and kmtool check finds it without loading the module."
try 'kmtool load ./other.ko'
try 'kmtool check ./other.ko'

say "With CONFIG_MODVERSIONS the release may differ: the kernel compares a checksum for each symbol"\
	"that the module uses."
try 'sed "s/vermagic=[^ ]*/vermagic=$(uname -r | tr 0-9 9)/" /samples/vermagic/km_vermagic.ko >release.ko'
try 'kmtool info -F vermagic ./release.ko'
try 'insmod release.ko; echo $?; rmmod km_vermagic'
try 'modprobe --dump-modversions release.ko | grep -cw -e module_layout -e debugfs_create_file'
