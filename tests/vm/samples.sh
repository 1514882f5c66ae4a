# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by prepare: builds the teaching modules for a kernel and packs a module tree with them. They
# never meet the test modules, some of which have the same names.

# shellcheck disable=SC2154 # the variables come from common.sh and prepare

samples_tree() {
	local out=$dir/samples.cpio work=$dir/samples

	new_modules_text
	newer_than "$out" "$top_src/samples" || newer_than "$out" "$top_src/docs" ||
		newer_than "$out" "$dir/new/Kbuild" ||
		newer_than "$out" "$dir/stamp" ||
		newer_than "$out" "$vm_src/prepare" || newer_than "$out" "$vm_src/samples.sh" ||
		{ no_warnings && return; }
	headers=$(headers_dir)
	say "building the samples for $version"
	mkdir -p "$work"
	# Only what changed, so that only that is built again.
	cp -Ru --preserve=timestamps "$top_src/samples"/. "$work"
	modules_make "$work" samples modules
	warnings_of "$work" samples >"$dir/samples.warnings"
	new_modules_make modules
	warnings_of "$dir/new" new >>"$dir/samples.warnings"
	no_warnings
	stage_subset
	new_modules_make modules_install INSTALL_MOD_PATH="$staged" INSTALL_MOD_STRIP=1 DEPMOD=true
	samples_pack "$out"
}

# mutants_tree: the same with a fault in every topic (tests/vm/mutations). Never kept: it is seldom asked for.
mutants_tree() {
	local work=$dir/mutants topic file edit

	headers=$(headers_dir)
	say "building mutants of the samples for $version"
	rm -rf "$work"
	mkdir -p "$work"
	samples_sources "$work"
	while IFS=$'\t' read -r topic file edit; do
		case $topic in '' | '#'*) continue ;; esac
		cp "$work/$topic/$file" "$work/before"
		sed -i "$edit" "$work/$topic/$file"
		! cmp -s "$work/before" "$work/$topic/$file" || die "mutations: $topic: the edit changes nothing"
	done <"$vm_src/mutations"
	modules_make "$work" mutants modules
	stage_subset
	samples_pack "$dir/mutants.cpio"
}

# samples_pack OUT: adds the modules built in $work, the sources and the walk to what is staged.
samples_pack() {
	# It would run depmod without the kernel's map of symbols, and warn; tree does it.
	modules_make "$work" samples modules_install INSTALL_MOD_PATH="$staged" INSTALL_MOD_STRIP=1 DEPMOD=true
	samples_sources "$staged/samples"
	samples_programs
	mkdir -p "$staged/docs"
	cp -R "$top_src/docs/walk.md" "$top_src/docs/walk" "$staged/docs/"
	tree "$1"
}

# modules_make DIR NAME ARGS...: the kernel's build system in DIR, which the reader knows as NAME. When it fails,
# the compiler's messages say why.
modules_make() {
	local in=$1 name=$2

	shift 2
	nice make -j2 -C "$headers" M="$in" CONFIG_DEBUG_INFO_BTF_MODULES= CONFIG_MODULE_SIG_ALL= "$@" \
		>"$log" 2>&1 && return
	messages "$in" "$name" >&2
	die "building $name for $version failed: see above"
}

# messages DIR NAME: the log without the lines on files that went well.
messages() {
	grep -vE '^(make(\[[0-9]+\])?: (Enter|Leav)|  [A-Z]+ )' "$log" | sed "s,$1/,$2/,g"
}

# warnings_of DIR NAME: what the compiler and modpost warned of. Then the objects go, so that the next build
# says it again.
warnings_of() {
	grep -qi 'warning' "$log" || return 0
	messages "$@"
	find "$1" -name '*.o' -delete
}

# no_warnings: a module that teaches must have none. Who is at work on one sees them (KMTOOL_WARNINGS=show).
no_warnings() {
	[ -s "$dir/samples.warnings" ] || return 0
	cat "$dir/samples.warnings" >&2
	[ "${KMTOOL_WARNINGS:-}" = show ] || die "building modules for $version: warnings, see above"
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
	modules_make "$dir/new" new "$@"
}

# samples_programs: what exercises work with besides the modules of the tree: each module beside its source, as
# the build leaves it there, a program for km_chardev, and tools that the tests do not need.
samples_programs() {
	local file tool

	(cd "$work" && find . -name 'km_*.ko') | while read -r file; do
		# Only one is read together with its debugging information.
		case $file in
		*/km_oops.ko) cp "$work/$file" "$staged/samples/$file" ;;
		*) strip -g -o "$staged/samples/$file" "$work/$file" ;;
		esac
	done
	gcc -Wall -Werror -o "$staged/samples/chardev/ask" "$top_src/samples/chardev/ask.c"
	mkdir -p "$staged/usr/lib/ssl"
	printf '[req]\ndistinguished_name = name\n[name]\n' >"$staged/usr/lib/ssl/openssl.cnf"
	for tool in openssl sed addr2line "$headers/scripts/sign-file"; do
		stage_tool "$(command -v "$tool")"
	done
}

# stage_tool PROGRAM: with its libraries.
stage_tool() {
	local library

	mkdir -p "$staged/usr/bin"
	cp -L "$1" "$staged/usr/bin/"
	ldd "$1" | sed -n 's/^.*=> \(\/[^ ]*\) .*/\1/p' | sed 's,^/usr,,' | while read -r library; do
		mkdir -p "$staged/usr${library%/*}"
		cp -L "$library" "$staged/usr${library%/*}/"
	done
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
