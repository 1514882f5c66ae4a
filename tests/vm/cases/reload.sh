# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Reloading: values that were changed while a module was loaded are kept, another build takes its place, and what
# was there comes back when that fails.
. "${0%/*}/lib.sh"

p=/sys/module/km_params/parameters
build() { od -An -tx1 "/sys/module/$1/notes/.note.gnu.build-id"; }

check "loaded with values" kmtool load km_params 'who=a b' nums=1,2
echo 16 >$p/count
echo 7 >$p/level
expect 0 "the plan shows what is kept, and what cannot be" 'with count=16 +kept' 'with who="a b" +kept' \
	'with level=7 +kept' 'with nums=1,2 +kept' '!loud' 'kernel does not show them: secret' -- \
	kmtool reload -n km_params
expect 0 "an old value that changes" 'with count=3 +as requested \(count was 16\)' -- kmtool reload -n km_params count=3
same "a dry run changes nothing" 16 "$(cat $p/count)"
expect 0 "it goes and comes back" 'unloaded km_params' 'loaded km_params with .*count=16 \(kept\)' -- kmtool reload km_params
same "a value set through sysfs is kept" 16 "$(cat $p/count)"
same "so is one with a function of its own" 7 "$(cat $p/level)"
same "a text with a blank" "a b" "$(cat $p/who)"
same "an array" 1,2 "$(cat $p/nums)"
check "another value" kmtool reload km_params count=3 loud=1
same "it is set" 3 "$(cat $p/count)"
same "so is the switch" Y "$(cat $p/loud)"
same "the others are as before" 7 "$(cat $p/level)"

expect 1 "a value that the module refuses: what was loaded comes back" 'level' 'loaded again as before: km_params' -- \
	kmtool reload km_params level=42 count=5
same "with its value" 7 "$(cat $p/level)"
same "and the other one" 3 "$(cat $p/count)"
same "and the text" "a b" "$(cat $p/who)"
echo 'options km_params who=me count=9' >/etc/modprobe.d/reload.conf
check "with a configuration that came later" kmtool reload km_params
same "what only a load can set is from there" me "$(cat $p/who)"
same "what somebody wrote while it was loaded is kept" 3 "$(cat $p/count)"
clean_up

# Another build, and back.
check "the build of the tree" kmtool load km_prov
old=$(build km_prov)
expect 1 "a file with another build is not loaded beside it" 'another build' 'kmtool reload /m/changed/km_prov.ko' -- \
	kmtool load /m/changed/km_prov.ko
expect 0 "it takes its place" '!cannot be loaded again' -- kmtool reload /m/changed/km_prov.ko
check "the other build is there" [ "$old" != "$(build km_prov)" ]
expect 0 "that cannot come back, which is said before" 'not the one in the module tree: it cannot be loaded again' -- \
	kmtool reload km_prov
same "the build of the tree is there again" "$old" "$(build km_prov)"
check "a file that is not loaded is loaded" kmtool reload /m/plain/km_hello.ko
for bad in truncated other_abi no_module; do
	expect not0 "a file that the kernel refuses: $bad" -- kmtool reload "/m/$bad/km_hello.ko"
	check "what was loaded is there after $bad" loaded km_hello
done
clean_up

check "a stack of three" kmtool load km_chain_c
expect 5 "in use" 'km_chain_a is in use' '--dependents' -- kmtool reload km_chain_a
check "with all that uses it" kmtool reload --dependents km_chain_a
same "all are back" "$(printf 'km_chain_a\nkm_chain_b\nkm_chain_c')" "$(modules)"
check "two at once" kmtool reload km_chain_c km_hello
check "the one that was not loaded is" loaded km_hello
expect 5 "nobody may do that" 'sudo kmtool reload' -- as_nobody kmtool reload km_hello
clean_up
finish
