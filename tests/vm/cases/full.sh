# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2317 # some functions are called by name
# The whole module tree in its own kernel: plans like modprobe's, before and after depmod has run here,
# and heavy modules that come and go without leaving anything.
. "${0%/*}/lib.sh"
tree=/lib/modules/$(uname -r)

# Every 40th module of the index: running modprobe for each of them would take ten minutes here.
sample() {
	sed 's/:.*//; s,.*/,,; s/\.ko.*//' "$tree/modules.dep" | awk 'NR % 40 == 1'
}

modprobe_inserts() {
	modprobe -D "$1" 2>/dev/null | sed -n 's/^insmod \([^ ]*\) *\(.*[^ ]\)\{0,1\} *$/\1 \2/p'
}

kmtool_inserts() {
	kmtool load -n --raw --no-headings "$1" | awk -F'\t' '$1 == "insert" { print $3 " " $4 }'
}

both() {
	local name

	for name in $names; do
		printf '%s:\n%s\n' "$name" "$("$1" "$name")"
	done
}

names=$(sample)
same "the plans of $(wc -w <<<"$names") modules are modprobe's" \
	"$(both modprobe_inserts)" "$(both kmtool_inserts)"
check "depmod runs here" depmod -a
names=$(awk 'NR % 4 == 1' <<<"$names")
same "they are after it, too" "$(both modprobe_inserts)" "$(both kmtool_inserts)"

for name in btrfs xfs nfsd cifs nf_tables mac80211 snd_hda_intel usb_storage dm_crypt kvm vxlan; do
	check "$name loads" kmtool load "$name"
	check "$name is there" loaded "$name"
	check "$name unloads" kmtool unload --unused-deps "$name"
done
same "nothing of all that is left" "" "$(modules)"
finish
