# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Parameters: what the module does not know or cannot hold is refused before anything happens; what only
# the kernel can judge is explained afterwards.
. "${0%/*}/lib.sh"

expect 2 "an unknown parameter is refused, and the known ones offered" 'nosuch' 'count' -- \
	kmtool load km_params nosuch=1
check "nothing was loaded" not_loaded km_params
expect 2 "so it is in a dry run" 'nosuch' -- kmtool load -n km_params nosuch=1
expect 2 "so is a word for an int" 'count' 'abc' 'int' -- kmtool load km_params count=abc
expect 2 "a number too big for an int" 'count' -- kmtool load km_params count=99999999999
expect 2 "a number for a bool" 'loud' -- kmtool load km_params loud=7
expect 2 "a word in an array of int" 'nums' -- kmtool load km_params nums=1,x
same "nothing was loaded by any of them" "" "$(modules)"
expect 2 "a dependency is not loaded either" 'nosuch' -- kmtool load km_cons nosuch=1
same "km_prov is not there" "" "$(modules)"

check "one of each sort" kmtool load km_params count=-7 loud=1 'who=a b' nums=1,2,3 secret=5 level=9
p=/sys/module/km_params/parameters
same "the int arrived" -7 "$(cat $p/count)"
same "the bool" Y "$(cat $p/loud)"
same "the text with a blank in it" 'a b' "$(cat $p/who)"
same "the array" 1,2,3 "$(cat $p/nums)"
same "the one with a callback" 9 "$(cat $p/level)"
check "the one that sysfs hides" grep -q 'secret=5' <(dmesg)
clean_up

# What a file's data says of a default is what the kernel shows of a module that was loaded without parameters.
for name in km_params loop ext4 btrfs nfsd zram r8169 xts; do
	kmtool load "$name" >/dev/null 2>&1
done
for name in $(modules); do
	kmtool params "$name" --raw -o name,default,value 2>/dev/null |
		awk -F'\t' -v m="$name" '$2 != "-" && $3 != "-" { print m "." $1, ($2 == $3 ? "same" : $2 " but " $3) }'
done >/tmp/defaults
same "each default is what the kernel has" "" "$(grep -v ' same$' /tmp/defaults)"
check "of many parameters" [ "$(wc -l </tmp/defaults)" -ge 15 ]
clean_up

# Live writes, to a module that is loaded.
check "loaded with its defaults" kmtool load km_params
expect 0 "the list: type, value, mode; secret is hidden in sysfs" '^count +int +1 +1 +0644' '^loud +bool +N +N +0644' \
	'^who +charp +world +world +0444' '^nums +array of int' '^secret +int +0 +- +-' '^level +- +3 +3 +0644' -- \
	kmtool params km_params
expect 0 "an int, and what it was" 'km_params\.count = 16 \(was 1\)' '! warning' -- kmtool params km_params count=0x10
same "it is there" 16 "$(cat $p/count)"
expect 0 "a bool, as the kernel spells it" 'km_params\.loud = Y' '!warning' -- kmtool params km_params loud=1
same "it is Y" Y "$(cat $p/loud)"
expect 0 "one with a callback" 'km_params\.level = 7 \(was 3\)' -- kmtool params km_params level=7
expect 5 "a text that is read-only" 'read-only' 'kmtool reload km_params' -- kmtool params km_params who=me
expect 5 "an array that is read-only" 'read-only' -- kmtool params km_params nums=1,2
expect 5 "one with permission 0" 'permission 0' 'kmtool reload km_params secret=5' -- kmtool params km_params secret=5
expect 2 "a word for an int" 'not a number' -- kmtool params km_params count=abc
expect 2 "one that there is not" 'nosuch' -- kmtool params km_params nosuch=1
expect 1 "a value that its own check refuses is told; those before it are put back" 'level was not set' \
	'own check refuses it' 'put back as it was: km_params\.count' -- kmtool params km_params count=5 level=42 loud=0
same "count is what it was" 16 "$(cat $p/count)"
same "level too" 7 "$(cat $p/level)"
same "loud was not come to" Y "$(cat $p/loud)"
expect 5 "all are looked at before the first is written" 'read-only' -- kmtool params km_params count=6 who=me
same "count was left alone" 16 "$(cat $p/count)"
expect 0 "a dry run writes nothing" 'count' -- kmtool params -n km_params count=8
same "count was left alone again" 16 "$(cat $p/count)"
expect 5 "nobody may do that, and is told how" 'sudo kmtool params' -- as_nobody kmtool params km_params count=9
own=/etc/modprobe.d/kmtool-options.conf
expect 0 "--save: now and for good" 'count = 4' '\+options km_params count=4' "wrote $own" -- \
	kmtool params --save km_params count=4
same "now" 4 "$(cat $p/count)"
expect 1 "a value that is refused is not saved" 'level was not set' -- kmtool params --save km_params count=3 level=42
same "count is as before" 4 "$(cat $p/count)"
same "and so is the file" 'options km_params count=4' "$(cat $own)"
expect 0 "--save of what cannot be set now" 'who is not set now: it is read-only' '\+options km_params who=me' -- \
	kmtool params --save km_params who=me
check "it goes" kmtool unload km_params
expect 1 "one that is not loaded" 'not loaded' 'kmtool load km_params count=5' -- kmtool params km_params count=5
check "and comes back" modprobe km_params
same "with the count" 4 "$(cat $p/count)"
same "and the text" me "$(cat $p/who)"
expect 0 "--unset takes one out" '-options km_params who=me' -- kmtool params km_params --unset who
expect 0 "undo puts it back" '\+options km_params who=me' -- kmtool config undo
expect 0 "the list tells where" "count +int +1 +4 +0644 +4 +$own:1" -- kmtool params km_params
check "a built-in module's, where the kernel lets it" kmtool params printk time=Y
same "it is set" Y "$(cat /sys/module/printk/parameters/time)"
kmtool params printk time=N >/dev/null
clean_up

expect 1 "a value that the module's own check refuses is explained" 'level' \
	"km_params: .42' invalid for parameter .level'" -- kmtool load km_params level=42
expect 1 "so is a fifth number for an array of four" 'nums' 'can only take 4 arguments' -- \
	kmtool load km_params nums=1,2,3,4,5
same "nothing stayed" "" "$(modules)"
clean_up
finish
