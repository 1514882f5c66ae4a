# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by prepare: which kernel package to take, and how to fetch it without installing it and
# without being root.

# shellcheck disable=SC2154 # vm_dir comes from common.sh

# package_stamp KERNEL: prints the package's name and something that changes when it has to be
# fetched again.
package_stamp() {
	case $1 in
	main) main_stamp ;;
	next) next_stamp ;;
	*) die "$1: no such kernel" ;;
	esac
}

main_stamp() {
	local headers=()

	headers=(/usr/src/linux-headers-*-amd64)
	[ -d "${headers[0]}" ] || skip "no kernel headers in /usr/src (package linux-headers-amd64)"
	headers=("$(printf '%s\n' "${headers[@]##*/}" | sort -V | tail -n 1)")
	printf '%s %s\n' "linux-image-${headers[0]#linux-headers-}" \
		"$(dpkg-query -W -f '${Version}' "${headers[0]}")"
}

# What is already here is kept, so that only the first run asks the mirror.
next_stamp() {
	local package

	if [ -s "$vm_dir/next/stamp" ]; then
		cat "$vm_dir/next/stamp"
		return
	fi
	package=$(next_package) || skip "no newer kernel to be had from the backports"
	printf '%s %s\n' "$package" backports
}

# The package that the backports' linux-image-amd64 stands for.
next_package() {
	backports_update >&2 || return 1
	suites apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | grep . | head -n 1
}

# own_lists COMMAND...: apt with lists, cache and status of our own (in apt_dir), so that the system's stay
# as they are, and an ordinary user can update them. The sources are this machine's.
own_lists() {
	local apt=${apt_dir:-$vm_dir/apt} command=$1

	shift
	mkdir -p "$apt"/lists/partial "$apt"/cache/archives/partial
	: >"$apt/status"
	# As root apt would drop to a user who cannot write here; say who we are instead.
	"$command" -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/status" \
		-o Dir::Cache="$apt/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

# suites COMMAND...: the same with the suites of suites_update as the only source.
suites() {
	own_lists "$@" -o Dir::Etc::SourceList="${apt_dir:-$vm_dir/apt}/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null
}

backports_update() {
	suites_update "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)-backports"
}

# suites_update SUITE...: makes these the only ones. The mirror is that of this machine's own sources.
suites_update() {
	local apt=${apt_dir:-$vm_dir/apt} suite uri codename

	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# shellcheck disable=SC2016 # apt expands these
	uri=$(apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		sed -n "s/^\([^ ]*\) $codename\$/\1/p" | head -n 1)
	[ -n "$uri" ] || return 1
	mkdir -p "$apt"
	for suite; do
		printf 'deb [signed-by=%s] %s %s main\n' \
			/usr/share/keyrings/debian-archive-keyring.gpg "$uri" "$suite"
	done >"$apt/sources.list"
	suites apt-get -q update
}

# package_fetch KERNEL PACKAGE DIR: downloads the package into DIR. Where the system's own lists do not
# have it (there may be none, or they are old), ours are made.
package_fetch() {
	local package=$2

	cd "$3" || return 1
	if [ "$1" = next ]; then
		suites apt-get -q download "$package"
	else
		apt-get -q -o APT::Sandbox::User="$(id -un)" download "$package" ||
			{ own_lists apt-get -q update && own_lists apt-get -q download "$package"; }
	fi
}
