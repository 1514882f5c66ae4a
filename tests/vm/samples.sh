# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by prepare: builds the teaching modules for a kernel and packs a module tree with them. They
# never meet the test modules, some of which have the same names.

# shellcheck disable=SC2154 # the variables come from common.sh and prepare

samples_tree() {
	local out=$dir/samples.cpio work=$dir/samples headers

	new_modules_text
	newer_than "$out" "$top_src/samples" || newer_than "$out" "$top_src/docs" ||
		newer_than "$out" "$dir/new/Kbuild" ||
		newer_than "$out" "$dir/stamp" ||
		newer_than "$out" "$vm_src/prepare" || newer_than "$out" "$vm_src/samples.sh" ||
		return 0
	headers=$(headers_dir)
	say "building the samples for $version"
	mkdir -p "$work"
	# Only what changed, so that only that is built again.
	cp -Ru --preserve=timestamps "$top_src/samples"/. "$work"
	samples_make modules
	no_warning "the samples"
	new_modules_make modules
	no_warning "new modules"
	stage_subset
	# It would run depmod without the kernel's map of symbols, and warn; tree does it.
	samples_make modules_install INSTALL_MOD_PATH="$staged" INSTALL_MOD_STRIP=1 DEPMOD=true
	new_modules_make modules_install INSTALL_MOD_PATH="$staged" INSTALL_MOD_STRIP=1 DEPMOD=true
	samples_sources "$staged/samples"
	mkdir -p "$staged/docs"
	cp "$top_src/docs/walk.md" "$staged/docs/"
	tree "$out"
}

samples_make() {
	quiet "$log" nice make -j2 -C "$work" KDIR="$headers" "$@"
}

# no_warning WHAT: a module that teaches must not, and neither the compiler nor modpost has said any.
no_warning() {
	! grep -i 'warning' "$log" >&2 || die "building $1 for $version: warnings, see above"
}

# new_modules_text: what "kmtool new" writes, with every set of parts, in $dir/new; left alone where that is
# what it wrote before. Without a program under test there is nothing to write.
new_modules_text() {
	local new=$dir/new.now parts name

	[ -x "$KMTOOL" ] || return 0
	rm -rf "$new"
	mkdir -p "$new"
	for parts in '' params export debugfs params,export params,debugfs export,debugfs \
		params,export,debugfs; do
		name=new_${parts//,/_}
		(cd "$new" && "$KMTOOL" new -q "${name%_}" ${parts:+--with "$parts"})
		echo "obj-m += ${name%_}/" >>"$new/Kbuild"
	done
	if [ ! -d "$dir/new" ] ||
		[ -n "$(cd "$new" && find . -type f ! -exec cmp -s {} "$dir/new/{}" \; -print)" ]; then
		rm -rf "$dir/new"
		mv "$new" "$dir/new"
	fi
	rm -rf "$new"
}

new_modules_make() {
	[ -d "$dir/new" ] || return 0
	quiet "$log" nice make -j2 -C "$headers" M="$dir/new" CONFIG_DEBUG_INFO_BTF_MODULES= \
		CONFIG_MODULE_SIG_ALL= "$@"
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
