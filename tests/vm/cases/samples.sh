# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The teaching modules show what they promise, where that is a number: the walk (samples_walk)
# compares what they print word by word, but not what differs from run to run.
. "${0%/*}/lib.sh"

debugfs=/sys/kernel/debug

# field N REGEX: the Nth number in the first line of out that matches.
field() {
	grep -E -m 1 -e "$2" <<<"$out" | grep -oE '0x[0-9a-f]+|[0-9]+' | sed -n "$1p"
}

# holds NAME CONDITION: an arithmetic condition is true.
holds() {
	if (($2)); then
		ok "$1"
	else
		not_ok "$1" "not so: $2"
	fi
}

# pages_of HOW: the pages listed for kmalloc or vmalloc: virtual and physical address, one a line.
pages_of() {
	sed -n "/^$1:/,/more\$/s/^ *page .*virtual \(0x[0-9a-f]*\) *physical \(0x[0-9a-f]*\)/\1 \2/p" \
		<<<"$out"
}

# steps HOW: prints the differences of neighbouring pages' virtual and physical addresses.
steps() {
	local virtual physical last_virtual='' last_physical=''

	while read -r virtual physical; do
		[ -z "$last_virtual" ] ||
			echo "$((virtual - last_virtual)) $((physical - last_physical))"
		last_virtual=$virtual last_physical=$physical
	done < <(pages_of "$1")
}

check "km_alloc loads" modprobe km_alloc
check "pages are shown" cat "$debugfs/km_alloc/pages"
holds "kmalloc has no break" "$(field 3 ^kmalloc) == 0"
holds "vmalloc has one at least in 4 MiB" "$(field 3 ^vmalloc) > 0"
holds "both have 1024 pages" "$(field 2 ^kmalloc) == 1024 && $(field 2 ^vmalloc) == 1024"
same "kmalloc's pages follow one another, virtual and physical" "4096 4096" "$(steps kmalloc | sort -u)"
same "vmalloc's virtual pages do too" 4096 "$(steps vmalloc | cut -d' ' -f1 | sort -u)"
same "kmalloc: virtual and physical differ by a constant" 1 \
	"$(pages_of kmalloc | while read -r v p; do echo $((v - p)); done | sort -u | wc -l)"
check "sizes are shown" cat "$debugfs/km_alloc/sizes"
holds "kmalloc stops at its limit" "$(field 1 '^largest') == $(field 1 '^limit') && $(field 1 '^limit') >= 4194304"
same "what one gets is never less than what one asked for" "" \
	"$(sed -n 's/^asked \(.*\), got \(.*\)/\1 \2/p' <<<"$out" | awk '$2 < $1')"
check "latencies are shown" cat "$debugfs/km_alloc/gfp"
for how in GFP_KERNEL GFP_ATOMIC; do
	holds "$how: a thousand, none failed" "$(field 1 "^$how") == 1000 && $(field 2 "^$how") == 0"
	holds "$how: least, median and most are in order" \
		"0 < $(field 3 "^$how") && $(field 3 "^$how") <= $(field 4 "^$how") && $(field 4 "^$how") <= $(field 5 "^$how")"
done
same "the histograms count each" 2000 "$(sed -n 's/^  from .*: //p' <<<"$out" | paste -sd+ | bc)"
echo 16777216 >/sys/module/km_alloc/parameters/size
run cat "$debugfs/km_alloc/pages"
matches "16 MiB is too much for kmalloc alone" '^kmalloc: 16777216 bytes: no memory' '^vmalloc: .*4096 pages'
check "km_alloc unloads" rmmod km_alloc

check "km_structs loads" modprobe km_structs
check "it runs" bash -c "echo 100 >$debugfs/km_structs/run && echo 5000 >$debugfs/km_structs/run"
run tail -n +2 "$debugfs/km_structs/results"
same "four structures, two kinds of keys, two sizes" 16 "$(sort -u <<<"$out" | wc -l)"
same "every time was measured" "" "$(awk '!($4 > 0 && $5 > 0 && $6 > 0 && $7 > 0)' <<<"$out")"
same "three keep the order, the hash table does not" "radix yes
rbtree yes
rhashtable no
xarray yes" "$(awk '{ print $1, $8 }' <<<"$out" | sort -u)"
expect 1 "more than it can hold is refused" 'out of range' -- bash -c "echo 10000001 >$debugfs/km_structs/run"
check "0 forgets" bash -c "echo 0 >$debugfs/km_structs/run"
same "only the heading is left" 1 "$(wc -l <"$debugfs/km_structs/results")"
check "km_structs unloads" rmmod km_structs

check "km_gfp loads" modprobe km_gfp
check "memory is taken" cat "$debugfs/km_gfp/pressure"
holds "GFP_NOWAIT gets most of it" "$(field 1 ^GFP_NOWAIT) > 1000"
holds "GFP_ATOMIC gets some more" "$(field 1 ^GFP_ATOMIC) > 0 && $(field 1 ^GFP_ATOMIC) < $(field 1 ^GFP_NOWAIT)"
check "and all was given back" cat "$debugfs/km_gfp/zones"
check "km_gfp unloads" rmmod km_gfp

check "km_locking loads" modprobe km_locking
check "it races" cat "$debugfs/km_locking/race"
holds "without a lock additions are lost, but not all" "$(field 1 '^no lock') >= 100 && $(field 1 '^no lock') < 200"
check "km_locking unloads" rmmod km_locking

finish
