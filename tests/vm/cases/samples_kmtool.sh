# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What kmtool says of the teaching modules is what is so: of each, what modinfo and the kernel say; and the
# odd ones of km_params and km_consumer in particular.
. "${0%/*}/lib.sh"

samples=$(find /lib/modules -name 'km_*.ko*' | sed -e 's,.*/,,' -e 's/\.ko.*//' | sort)
same "all samples are there" 30 "$(wc -l <<<"$samples")"

# fields MODULE COMMAND...: what "COMMAND -F" says of it.
fields() {
	local name=$1 field

	shift
	for field in description license depends import_ns parm vermagic; do
		"$@" -F "$field" "$name" | sed "s/^/$field: /"
	done
}

for name in $samples; do
	same "info $name is what modinfo says" "$(fields "$name" modinfo)" "$(fields "$name" kmtool info)"
done

# parameter NAME: name, type, default, value, mode, description: its line in the table, blanks squeezed.
parameter() {
	kmtool info km_params | sed -n '/^PARAMETER/,$p' | grep "^$1 " | tr -s ' '
}

expect not0 "an unknown parameter is refused" "km_params has no parameter 'colour'" -- \
	kmtool load km_params colour=red
expect not0 "a number that is none" "'many' is not a number" -- kmtool load km_params count=many
expect not0 "more than the array holds" 'km_params was not loaded' -- kmtool load km_params nums=1,2,3,4,5
expect not0 "what the callback refuses" "'175' is out of range for the parameter percent" -- \
	kmtool load km_params percent=175
check "km_params is not loaded by any of these" not_loaded km_params
check "load km_params" kmtool load km_params count=2 secret=x nums=1,2,3
same "mode 0: described, but no file" "secret charp none - - a text without a file in sysfs" "$(parameter secret)"
same "the callback: a file, but not described" "percent - 50 50 0644 -" "$(parameter percent)"
same "S_IRUSR and so on are 0644" "motto charp read the source read the source 0644 a text that root may change" \
	"$(parameter motto)"
same "an array" "nums array of int - 1,2,3 0444 up to four numbers" "$(parameter nums)"
same "a bool" "loud bool N N 0644 greet in capitals" "$(parameter loud)"
echo 75 >/sys/module/km_params/parameters/percent
same "the value is the one of now" "percent - 50 75 0644 -" "$(parameter percent)"
# row PARAMETER: its name, type, value and mode, as scripts get them.
row() {
	kmtool params --raw -o name,type,value,mode km_params | grep "^$1	" | tr '\t' ' '
}

same "params: all of them, each once" "count loud motto nums percent secret" \
	"$(kmtool params --raw -o name km_params | sort | paste -sd' ')"
same "params: mode 0" "secret charp - -" "$(row secret)"
same "params: the callback" "percent - 75 0644" "$(row percent)"
check "params sets the callback's" kmtool params km_params percent=25 loud=1
same "the kernel has it" "25 Y" "$(cd /sys/module/km_params/parameters && echo "$(<percent) $(<loud)")"
expect not0 "params: what the callback refuses" percent -- kmtool params km_params loud=0 percent=175
same "and nothing of that stays" "25 Y" "$(cd /sys/module/km_params/parameters && echo "$(<percent) $(<loud)")"
expect not0 "params: no file, nothing to write to" secret -- kmtool params km_params secret=y
expect not0 "params: read-only" nums -- kmtool params km_params nums=4
same "its taint" OE "$(kmtool info -F loaded-taint km_params)"
same "it is this file" "this file (same build-id)" "$(kmtool info -F loaded-copy km_params)"
check "unload km_params" kmtool unload km_params

same "the consumer needs the provider" "km_consumer km_provider" \
	"$(kmtool deps --raw km_consumer | cut -f 1 | paste -sd' ')"
same "and the other way round" "km_provider km_consumer" \
	"$(kmtool deps --reverse --raw km_provider | cut -f 1 | paste -sd' ')"
same "the namespace" KM_SAMPLES "$(kmtool info -F import_ns km_consumer)"
same "the provider comes first" "km_provider km_consumer" "$(planned insert load km_consumer | paste -sd' ')"
check "load km_consumer" kmtool load km_consumer
same "the provider's holder" km_consumer "$(kmtool info -F loaded-holders km_provider)"
expect not0 "the provider is in use" 'km_provider is in use by km_consumer' -- kmtool unload km_provider
check "both go" kmtool unload --dependents km_provider
check "the provider is gone" not_loaded km_provider

expect 1 "an init function that fails" "init function of km_faults answered 'No such device'" -- \
	kmtool load km_faults fail=19
expect 1 "EEXIST of a module that is not loaded" "init function of km_faults answered 'File exists'" -- \
	kmtool load km_faults fail=17
finish
