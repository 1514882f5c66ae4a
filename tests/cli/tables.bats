# SPDX-License-Identifier: GPL-2.0-or-later
# Tables on a terminal: whatever its width, what identifies a row and what the answer is are there whole.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	printf '%s\n' "options loop max_part=7 # $(printf 'long text %.0s' {1..20})" 'blacklist br_netfilter' \
		'install snd_dummy /bin/false' 'softdep bridge pre: llc' \
		>"$ROOT/etc/modprobe.d/a-configuration-file-with-a-long-name.conf"
	mkdir -p "$ROOT/etc/modules-load.d" "$ROOT/boot"
	printf '%s\n' loop no_such_module >"$ROOT/etc/modules-load.d/another-file-with-a-long-name.conf"
	touch "$ROOT/boot/vmlinuz-$FIXTURE_VERSION" "$ROOT/boot/initrd.img-$FIXTURE_VERSION"
}

# on_terminal WIDTH ARG...: what kmtool prints on one.
on_terminal() {
	local width=$1 words

	shift
	words=$(printf '%q ' "$KMTOOL" --root "$ROOT" --color=never "$@")
	script -qec "LC_ALL=C.UTF-8 TERM=xterm-256color COLUMNS=$width $words" /dev/null | tr -d '\r'
}

# whole COLUMNS ARG...: at every width each value of these columns is there.
whole() {
	local columns=$1 width value

	shift
	kmtool "$@" --raw -o "$columns" | tr '\t' '\n' | sort -u >"$BATS_TEST_TMPDIR/values"
	[ -s "$BATS_TEST_TMPDIR/values" ]
	for width in 40 60 80 100 120 200; do
		on_terminal "$width" "$@" >"$BATS_TEST_TMPDIR/shown"
		while IFS= read -r value; do
			grep -qF -e "$value" "$BATS_TEST_TMPDIR/shown" || {
				echo "'$value' is missing at $width columns:"
				cat "$BATS_TEST_TMPDIR/shown"
				return 1
			}
		done <"$BATS_TEST_TMPDIR/values"
	done
}

@test "identity is whole at every width" {
	whole name,state list --all
	whole module,kind,state deps --all br_netfilter
	whole where,directive,name,effect config list --all
	whole where,effect config show loop
	whole file,kind,state config files
	whole name,where autoload
	whole module,state,source provides fs-ext4 bridge
	whole test,result check loop
	whole module,verdict,test check loop bridge
	whole name,origin params loop
	whole version,index kernels
	whole item,state status
	mkdir -p "$ROOT/sys/bus/pci/devices/0000:00:19.0" "$ROOT/usr/share/misc"
	echo pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00 >"$ROOT/sys/bus/pci/devices/0000:00:19.0/modalias"
	printf '8086  Intel Corporation\n\t10d3  82574L Gigabit Network Connection of a very long name\n' \
		>"$ROOT/usr/share/misc/pci.ids"
	whole state,bus,device,candidates devices
	whole symbol,provider,state symbols bridge
	whole needs,state needs fs:ext4
	whole module,state,field search net
	whole module,kind,what users llc stp
	whole confidence,kind,origin why loop
}

@test "columns stand where they stand with headings" {
	local arguments

	for arguments in 'list' 'config list' 'search e' 'deps --all ext4'; do
		# shellcheck disable=SC2086 # words
		[ "$(kmtool $arguments --no-headings)" = "$(kmtool $arguments | tail -n +2)" ]
	done
}

@test "what does not fit wraps, or becomes a record" {
	local text

	text=$(on_terminal 80 search firewall)
	[ "$text" = 'MODULE               STATE     FIELD       HITS MATCH
br_netfilter         available description    1 Linux ethernet netfilter
                                                firewall bridge' ]
	text=$(on_terminal 60 config show br_netfilter)
	[ "$text" = 'WHERE     /etc/modprobe.d/a-configuration-file-with-a-long-name.conf:2
DIRECTIVE blacklist
NAME      br_netfilter
EFFECT    effective' ]
	# The origin of a line in a tree gives way to the width, from its left.
	text=$(on_terminal 80 deps --all ext4)
	contains "$text" 'modules.softdep:2'
	[ "$(wc -L <<<"$text")" -le 80 ]
	# A path keeps its end.
	text=$(on_terminal 60 list --available -o name,file br_netfilter)
	contains "$text" 'br_netfilter.ko'
	contains "$text" '…'
}
