# SPDX-License-Identifier: GPL-2.0-or-later
# What picture and record share: the browser on a terminal (tmux), on the machine that tests/tui/mkroot makes. Sets
# $dest, where they write.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${KMTOOL_BUILD:=$here/../../build}"
KMTOOL_BUILD=$(cd "$KMTOOL_BUILD" && pwd)
# shellcheck disable=SC2034 # read by picture and record
dest=${1:-$here/../..}
unset NO_COLOR COLUMNS LINES TMUX
export LC_ALL=C.UTF-8 TERM=xterm-256color TZ=UTC
command -v tmux python3 >/dev/null || exit 77
# As long as what the picture has in its place.
work=$(mktemp -d /tmp/picture.XXXX)
# shellcheck disable=SC2034 # read by picture and record
shown=/srv/machines/debian13
size='' runs=0
trap 'tm kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

tm() {
	tmux -f /dev/null -S "$work/socket$runs" "$@"
}

# until_shows TEXT: fails after 20 seconds.
until_shows() {
	local end=$((SECONDS + 20))

	until tm capture-pane -p | grep -q -e "$1"; do
		[ $SECONDS -lt $end ] || {
			echo "${0##*/}: waited in vain for '$1'" >&2
			tm capture-pane -p >&2
			exit 1
		}
		sleep 0.05
	done
}

# until_is SCRIPT: until the whole screen is the one that tests/tui/replay shows for the same keys; 20 seconds.
until_is() {
	local end=$((SECONDS + 20)) want

	want=$(printf '%s\n' "size $size" "$1" text | "$KMTOOL_BUILD/tests/tui/replay" "$work/root" |
		sed 's/ *$//')
	until diff <(echo "$want") <(tm capture-pane -p | sed 's/ *$//') >"$work/differs"; do
		[ $SECONDS -lt $end ] || {
			echo "${0##*/}: waited in vain for a screen" >&2
			cat "$work/differs" >&2
			exit 1
		}
		sleep 0.05
	done
}

# browse COLUMNS LINES [COLORFGBG]: the browser on a terminal of that size.
browse() {
	size=$1x$2
	runs=$((runs + 1))
	tm new-session -d -x "$1" -y "$2" "XDG_CONFIG_HOME=$work/none TERM=xterm-256color COLORFGBG='${3-15;0}' \
		$KMTOOL_BUILD/kmtool browse --root $work/root"
	until_shows 'Devices [0-9]'
}

mkdir "$work/root"
"$KMTOOL_BUILD/tests/tui/mkroot" "$work/root"
"$KMTOOL_BUILD/kmtool" -q index --root "$work/root"
mkdir "$work/root/dev"
cat >"$work/root/dev/kmsg" <<-'END'
	6,401,2114000,-;xor: automatically using best checksumming function   avx
	6,402,2398000,-;Btrfs loaded, zoned=yes, fsverity=yes
	6,403,3017000,-;snd_hda_intel 0000:00:1f.3: bound 0000:00:02.0 (ops i915_audio_component_bind_ops [i915])
	5,404,3312000,-;bridge: filtering via arp/ip/ip6tables is no longer available by default.
	4,405,8125000,-;vendor_drm: loading out-of-tree module taints kernel.
	4,406,8125100,-;vendor_drm: module verification failed: signature and/or required key missing - tainting kernel
	3,407,9870000,-;usblp: probe of 1-1:1.0 failed with error -16
	6,408,12004000,-;loop: module loaded
END
