# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by the tests of packages: clean systems of a Debian release, made once and kept as layers below $cache.
# A command runs above them in namespaces of its own, so that its mounts and its processes end with it.

: "${cache:?where the layers are kept}"
MIRROR=${KMTOOL_MIRROR:-http://deb.debian.org/debian}

# base SUITE: sets layers to a minimal system of that release. Tests that run beside each other make it once.
base() {
	local dir=$cache/$1/base

	layers=$dir/root
	[ ! -d "$dir" ] || return 0
	mkdir -p "$cache/$1"
	(
		flock 9
		[ ! -d "$dir" ] || exit 0
		rm -rf "$dir.new"
		mkdir -p "$dir.new"
		unshare --mount debootstrap --variant=minbase "$1" "$dir.new/root" "$MIRROR" &&
			rm -f "$dir.new"/root/var/cache/apt/archives/*.deb &&
			mv "$dir.new" "$dir"
	) 9>"$dir.lock"
}

# layer SUITE NAME SCRIPT: adds to layers what SCRIPT installs. Its text and the layers below are the key.
layer() {
	local dir=$cache/$1/$2 key

	key=$(printf '%s\n' "$layers" "$3" | sha256sum)
	(
		flock 9
		[ "$(cat "$dir/key" 2>/dev/null)" != "$key" ] || exit 0
		rm -rf "$dir" "$dir.new"
		within "$layers" "$dir.new" sh -euc "export DEBIAN_FRONTEND=noninteractive
			apt-get -q update
			$3
			apt-get clean" || exit
		echo "$key" >"$dir.new/key"
		mv "$dir.new" "$dir"
	) 9>"$dir.lock" || return
	layers=$dir/root:$layers
}

# within LAYERS DIR COMMAND...: the first layer is on top; what COMMAND writes is in DIR/root. OFFLINE=yes: no network.
# BINFMT=RULE: what binfmt_misc is told, in the command's own user namespace, with %s for the root directory.
within() {
	local lower=$1 dir=$2

	shift 2
	mkdir -p "$dir/root/tmp" "$dir/root/var/tmp" "$dir/work" "$dir/view"
	chmod 1777 "$dir/root/tmp" "$dir/root/var/tmp"
	# shellcheck disable=SC2016 # scripts for sh
	unshare --mount --pid --ipc --uts --fork --kill-child ${OFFLINE:+--net} sh -euc '
		lower=$1 dir=$2 offline=$3 binfmt=$4 user=$5
		shift 5
		mount -t overlay -o "lowerdir=$lower,upperdir=$dir/root,workdir=$dir/work" overlay "$dir/view"
		mount -t proc proc "$dir/view/proc"
		mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$dir/view/dev/pts"
		mount -t tmpfs tmpfs "$dir/view/dev/shm"
		hostname package
		[ -z "$offline" ] || ip link set lo up
		set -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb chroot "$dir/view" "$@"
		[ -n "$binfmt" ] || exec "$@"
		rm -f "$dir/is" "$dir/go"
		mkfifo "$dir/is" "$dir/go"
		unshare --user sh -euc "$user" sh "$dir" "$binfmt" "$@" &
		read -r is <"$dir/is"
		echo 0 0 65536 >"$dir/view/proc/$!/uid_map"
		echo 0 0 65536 >"$dir/view/proc/$!/gid_map"
		echo mapped >"$dir/go"
		wait "$!"' sh "$lower" "$dir" "${OFFLINE:-}" "${BINFMT:-}" '
		dir=$1 binfmt=$2
		shift 2
		echo new >"$dir/is"
		read -r go <"$dir/go"
		exec unshare --mount sh -euc "
			mount -t binfmt_misc binfmt_misc \"\$1/view/proc/sys/fs/binfmt_misc\"
			printf \"\$2\" \"\$1/view\" >\"\$1/view/proc/sys/fs/binfmt_misc/register\"
			shift 2
			exec \"\$@\"" sh "$dir" "$binfmt" "$@"' "$@"
}

# can_have_chroots: whether they can be made here; else says why not.
can_have_chroots() {
	if [ "$(id -u)" != 0 ]; then
		echo "only root can make clean systems"
	elif ! command -v debootstrap >/dev/null; then
		echo "debootstrap is not installed"
	elif ! unshare --mount --pid --fork true 2>/dev/null || ! grep -qw overlay /proc/filesystems; then
		echo "namespaces or overlayfs are missing"
	else
		return 0
	fi
	return 1
}
