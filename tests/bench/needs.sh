# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: `kmtool needs` of an image against the two programs that scripts ask instead: blkid -p for the type, and
# modprobe -D for the modules of the driver.

needs_image() {
	image=$(mktemp)
	truncate -s 16M "$image"
	mkfs.ext4 -q -F "$image"
}

needs=("$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" needs --format list)
driver=(modprobe -C /dev/null -d "$KMTOOL_TEST_TREE" -S "$version" -D fs-ext4)

needs_by_instructions() {
	needs_image
	judge "needs, an image with ext4" "$(instructions "${needs[@]}" "$image")" \
		"$(echo "$(instructions blkid -p "$image")" "$(instructions "${driver[@]}")" | awk '{ print $1 + $2 }')" 1.5 M
	rm -f "$image"
}

needs_by_time() {
	needs_image
	# shellcheck disable=SC2016 # expanded by that shell
	compare "$ROUNDS" cpu 1.5 "needs, an image with ext4" "${needs[@]}" "$image" -- \
		sh -c 'blkid -p "$1"; shift; "$@"' - "$image" "${driver[@]}"
	rm -f "$image"
}
