# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The verdict before, and the kernel's answer after: the same cause and the same error. Nothing that loads is said
# not to.
. "${0%/*}/lib.sh"

judged not-elf insmod /m/text/km_hello.ko
judged empty insert /m/empty/km_hello.ko
judged directory insert /m/empty
judged special-file insert /dev/null
judged truncated insmod /m/tiny/km_hello.ko
judged truncated insmod /m/truncated/km_hello.ko
judged other-machine insmod /m/arch/km_hello.ko
judged not-relocatable insmod /m/executable/km_hello.ko
judged stripped insmod /m/no_symbols/km_hello.ko
judged no-module-structure insmod /m/no_module/km_hello.ko
judged other-abi insmod /m/other_abi/km_hello.ko
judged vermagic insmod /m/magic_flags/km_hello.ko
judged vermagic insmod /m/magic_release_no_versions/km_hello.ko
[ ! -e /m/next/dummy.ko ] || judged other-abi insmod /m/next/dummy.ko
judged parameter-value insmod /lib/modules/"$(uname -r)"/extra/km_params.ko count=abc

mkdir -p /tmp/alone
sed 's/depends=km_prov/nothing=km_prov/' /m/plain/km_cons.ko >/tmp/alone/km_cons.ko
judged provider-not-loaded insmod /tmp/alone/km_cons.ko
check "a provider with another prototype" kmtool load /m/changed/km_prov.ko
expect 1 "with it, the CRC of its user is not its own" 'modversions.*FAIL|would not load.*modversions' 'km_add' -- \
	kmtool check /m/changed/km_prov.ko km_cons
same "and the kernel refuses it" EINVAL "$(kernel_says modprobe km_cons)"
clean_up
check "the provider" kmtool load km_prov
judged gpl-only-symbol insmod /m/proprietary/km_gplcons.ko
judged namespace insmod /m/namespace/km_nscons.ko
clean_up

# One flag of two leaves the other half of the version to be compared.
forced() {
	local text=$1 file=$2 flags=$3

	shift 3
	same "the kernel $text" ENOEXEC "$(kernel_says insert "$file" "$flags")"
	expect 1 "and the plan knows it" 'would not load' 'FAIL' -- kmtool load -n "$@" "$file"
}
forced "ignores CRCs, and then compares the release" /m/magic_release/km_hello.ko 1 --force-modversion
forced "ignores the release, but not CRCs" /m/other_abi/km_hello.ko 2 --force-vermagic
expect 0 "with both the plan can work" '!FAIL' 'insert +km_hello' -- \
	kmtool load -n --force-modversion --force-vermagic /m/other_abi/km_hello.ko
same "and it does" "" "$(kernel_says insert /m/other_abi/km_hello.ko 3)"
clean_up
check "a module" kmtool load /m/plain/km_hello.ko
expect 3 "a module that is loaded is told" '!FAIL' 'loaded.*EEXIST' -- kmtool check /m/plain/km_hello.ko
same "and the kernel does not take it twice" EEXIST "$(kernel_says insert /m/plain/km_hello.ko)"
clean_up

# Taken, with a complaint or without: never FAIL.
for file in signed/dummy unsigned/dummy unknown_key/km_hello magic_release/km_hello no_versions/km_hello \
	no_modinfo/km_hello types/km_hello types_outside/km_hello; do
	expect not0 "nothing is certainly wrong with $file" '!FAIL' -- eval "kmtool check /m/$file.ko; [ \$? = 1 ]"
	same "the kernel takes $file" "" "$(kernel_says insmod "/m/$file.ko")"
	clean_up
done
# This kernel has CONFIG_MODULE_ALLOW_BTF_MISMATCH: it takes a module whose types are another build's.
expect not0 "types that fit" 'btf +pass +its type information fits' -- eval 'kmtool check /m/types/km_hello.ko; false'
expect not0 "and types that do not" 'btf +warn .*for another build' -- \
	eval 'kmtool check /m/types_outside/km_hello.ko; false'
same "nothing of the tree is said to be wrong" "" \
	"$(kmtool check --all --raw -o result,module | awk -F'\t' '$1 == "FAIL"')"
expect 1 "a dry run of what would be refused fails" 'would not load' 'FAIL vermagic' -- \
	kmtool load -n /m/magic_flags/km_hello.ko
finish
