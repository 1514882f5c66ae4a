# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Files that the kernel refuses for what they are. Each is explained, and the kernel's own line of the
# attempt is shown where it wrote one.
. "${0%/*}/lib.sh"

# Not a module at all.
expect 1 "a text file" 'not an? (elf|module)|no elf' -- kmtool load /m/text/km_hello.ko
expect 1 "an empty file" 'empty' -- kmtool load /m/empty/km_hello.ko
expect 1 "twenty bytes" 'truncated|cut short|too short' -- kmtool load /m/tiny/km_hello.ko
expect 1 "a truncated file" 'truncated|cut short|too short' -- kmtool load /m/truncated/km_hello.ko
expect 1 "another machine's module" 'aarch64|arm64|machine|architecture' -- kmtool load /m/arch/km_hello.ko
expect 1 "an executable" 'executable|relocatable|not a module' -- kmtool load /m/executable/km_hello.ko
expect 1 "no symbol table" 'symbol table|stripped' -- kmtool load /m/no_symbols/km_hello.ko
expect 1 "no module structure" '\.gnu\.linkonce\.this_module|module structure|no module' -- \
	kmtool load /m/no_module/km_hello.ko
expect 1 "a folder" 'directory|regular file' -- kmtool load /m/plain/
expect 1 "a device" '/dev/null' 'not a regular file|regular' -- kmtool load /dev/null
expect 4 "a file that is not there" '/m/nosuch\.ko' 'no such file|not found|not there' -- \
	kmtool load /m/nosuch.ko
# The kernel would load it: it never looks at the class. Nobody else can read such a file.
expect 1 "a file whose ELF class is not that of its content" 'section table' -- kmtool load /m/class32/km_hello.ko
same "none of them loaded anything" "" "$(modules)"

# Built for another kernel.
expect 1 "another kernel build: the CRC of module_layout" 'another kernel|other kernel|different kernel' \
	'disagrees about version of symbol module_layout' '!vermagic differs' -- \
	kmtool load /m/other_abi/km_hello.ko
expect 1 "other build options in the version magic" 'version magic|vermagic' 'prerttt' \
	"version magic '.*prerttt.*' should be" -- kmtool load /m/magic_flags/km_hello.ko
expect 1 "another release, and no CRCs to overrule it" 'version magic|vermagic' \
	"version magic '9.*' should be" -- kmtool load /m/magic_release_no_versions/km_hello.ko
same "none of them loaded anything either" "" "$(modules)"

if [ -e /m/next/dummy.ko ]; then
	expect 1 "a module that was really built for another kernel" \
		'another kernel|other kernel|different kernel' \
		'disagrees about version of symbol module_layout' "$(uname -r)" -- \
		kmtool load /m/next/dummy.ko
else
	skip "a module that was really built for another kernel" "there is no other kernel here"
fi

# What the kernel takes, with a complaint or without.
check "another release with fitting CRCs loads" kmtool load /m/magic_release/km_hello.ko
clean_up
check "no CRCs, but the right version magic, loads" kmtool load /m/no_versions/km_hello.ko
clean_up
check "no .modinfo loads" kmtool load /m/no_modinfo/km_hello.ko
clean_up
check "--force-modversion and --force-vermagic take another kernel's module" \
	kmtool load --force-modversion --force-vermagic /m/other_abi/km_hello.ko
clean_up
check "--force-vermagic takes another version magic" \
	kmtool load --force-vermagic /m/magic_flags/km_hello.ko
clean_up
finish
