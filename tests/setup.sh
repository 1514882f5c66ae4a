# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by quickstart and lab: installs packages and builds kmtool in build/ below $top.

# shellcheck disable=SC2154 # set by the script that sources this
. "$top/tests/packages.sh"

# missing_packages NAME...: those of them that dpkg does not know as installed.
missing_packages() {
	local package

	for package; do
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
			echo "$package"
	done
}

# install_line: what installs the needs of a build on this distribution, that of the file OS_RELEASE.
install_line() {
	local ids id line=''

	# shellcheck disable=SC1090 # the distribution's
	ids=$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-} ${ID_LIKE:-}")
	for id in $ids; do
		case $id in
		debian | ubuntu) line="apt-get install $KMTOOL_BUILD_PACKAGES" ;;
		fedora | rhel | centos) line="dnf install $KMTOOL_BUILD_FEDORA" ;;
		arch) line="pacman -S --needed $KMTOOL_BUILD_ARCH" ;;
		alpine) line="apk add $KMTOOL_BUILD_ALPINE" ;;
		suse | opensuse) line="zypper install $KMTOOL_BUILD_SUSE" ;;
		*) continue ;;
		esac
		break
	done
	if [ -n "$line" ]; then
		echo "The build needs:"
		printf '\t%s\n' "$(echo "$line" | xargs)"
	else
		echo "The build needs what these packages of Debian have:"
		echo "$KMTOOL_BUILD_PACKAGES" | xargs | fold -sw 90
	fi
}

# packages NAMES [QUIET]: installs what is missing, as root; else says so.
packages() {
	local missing

	if ! command -v dpkg-query >/dev/null; then
		install_line
		return
	fi
	# shellcheck disable=SC2086 # a list of words
	missing=$(missing_packages $1 | xargs)
	if [ -z "$missing" ]; then
		[ -n "${2:-}" ] || echo "All installed."
	elif [ "$(id -u)" -eq 0 ]; then
		echo "Installing: $missing"
		apt-get -q update
		# shellcheck disable=SC2086
		DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
	else
		echo "Not installed. To install it, as root:"
		printf '\tapt-get install --no-install-recommends %s\n' "$missing"
	fi
}

# can_build: whether there are the programs without which configure cannot be made and run; it names the libraries.
can_build() {
	local program missing=()

	for program in autoreconf automake cc make pkg-config; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "Cannot build without ${missing[*]}: install the packages named above." >&2
	return 1
}

# build [SILENT]
build() {
	(
		set -e
		cd "$top"
		can_build
		[ configure -nt configure.ac ] || ./autogen.sh
		mkdir -p build
		cd build
		[ -e config.status ] || ../configure --quiet
		make --no-print-directory -j"$(nproc)" ${1:+--silent}
	)
}
