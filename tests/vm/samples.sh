# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by prepare: builds the teaching modules for a kernel and packs a module tree with them. They
# never meet the test modules, some of which have the same names.

# shellcheck disable=SC2154 # the variables come from common.sh and prepare

samples_tree() {
	local out=$dir/samples.cpio work=$dir/samples headers

	newer_than "$out" "$top_src/samples" ||
		newer_than "$out" "$dir/stamp" ||
		newer_than "$out" "$vm_src/prepare" || newer_than "$out" "$vm_src/samples.sh" ||
		return 0
	headers=$(headers_dir)
	say "building the samples for $version"
	mkdir -p "$work"
	# Only what changed, so that only that is built again.
	cp -Ru --preserve=timestamps "$top_src/samples"/. "$work"
	samples_make modules
	stage_subset
	# It would run depmod without the kernel's map of symbols, and warn; tree does it.
	samples_make modules_install INSTALL_MOD_PATH="$staged" INSTALL_MOD_STRIP=1 DEPMOD=true
	samples_sources "$staged/samples"
	tree "$out"
}

samples_make() {
	quiet "$log" nice make -j2 -C "$work" KDIR="$headers" "$@"
}

# samples_sources DIR: what there is to read and to run, without what a build has left there.
samples_sources() {
	mkdir -p "$1"
	(cd "$top_src/samples" && find . -type f \( -name '*.[ch]' -o -name '*.md' -o -name '*.sh' \
		-o -name Kbuild -o -name Makefile -o -path './lab/*' \) ! -name '*.mod.c' |
		cpio --quiet -pdm "$1")
}

# headers_dir: prints where the headers of this kernel are, and nothing else: what it runs must be quiet.
# The newer kernel's are unpacked below the build directory, in which their one absolute path is mended.
headers_dir() {
	local root=$dir/headers package tree=usr/src/linux-headers-$version

	if [ -d "/$tree" ]; then
		echo "/$tree"
		return
	fi
	if [ ! -d "$root/$tree" ]; then
		say "fetching the headers of $version"
		rm -rf "$root" "$root.new"
		mkdir -p "$root.new/deb"
		[ "$kernel" != next ] || backports_update >&2 || skip "no headers of $version to be had"
		for package in "linux-headers-$version" "linux-headers-${version%-*}-common" \
			"linux-kbuild-${version%-*}"; do
			(quiet "$log" package_fetch "$kernel" "$package" "$root.new/deb") ||
				skip "cannot download $package"
			dpkg-deb -x "$root.new/deb/${package}"_*.deb "$root.new"
		done
		rm -r "$root.new/deb"
		sed -i "s,/usr/src/,$root/usr/src/," "$root.new/$tree/Makefile"
		mv "$root.new" "$root"
	fi
	echo "$root/$tree"
}
