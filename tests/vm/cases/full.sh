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

# It names a module again that a soft dependency has brought in before; a plan has each step once.
modprobe_inserts() {
	modprobe -D "$1" 2>/dev/null |
		sed -n 's/^insmod \([^ ]*\) *\(.*[^ ]\)\{0,1\} *$/\1 \2/p' | awk '!seen[$0]++'
}

kmtool_inserts() {
	kmtool load -n --raw "$1" | awk -F'\t' '$1 == "insert" { print $3 " " ($4 == "-" ? "" : $4) }'
}

# dependencies NAME: all of them, as the index has them.
dependencies() {
	sed -n "s,^[^:]*/$1\.ko[^:]*: ,,p" "$tree/modules.dep" | tr ' ' '\n' |
		sed 's,.*/,,; s/\.ko.*//; s/-/_/g'
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
	same "and nothing that it depends on is left" "" "$(modules | grep -xF "$(dependencies "$name")")"
done
clean_up

# contradiction NAME VERDICT: what check said of it, and what the kernel answers now, where both cannot be true.
contradiction() {
	local answer

	answer=$(kernel_says modprobe "$1")
	case $answer in
	'') [ "$2" != 'would not load' ] || echo "$1: it loads" ;;
	# What an init function answers depends on the hardware.
	ENOEXEC | EKEYREJECTED | EPERM | EBADMSG) [ "$2" = 'would not load' ] || echo "$1: $2, and it is $answer" ;;
	esac
}

kmtool check --all --verbose --raw -o module,verdict | sort -u >/tmp/verdicts
# Every 13th: more than 300 of them.
awk 'NR % 13 == 1' /tmp/verdicts >/tmp/sample
check "a sample of $(wc -l </tmp/sample) modules" test "$(wc -l </tmp/sample)" -ge 300
same "of none the verdict is wrong" "" "$(
	while IFS=$'\t' read -r name verdict; do
		contradiction "$name" "$verdict"
		modprobe -r "$name" 2>/dev/null
	done </tmp/sample
)"
clean_up
finish
