# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by builds: the headers of the newest kernel that the distribution's stable release has in its
# backports, with the compiler and the libraries that its build tools want. All of it is unpacked, nothing
# installed: the programs are told to start with the C library that was unpacked beside them.

# shellcheck disable=SC2154 # vm_dir comes from common.sh
newest_dir=$vm_dir/newest
newest_root=$newest_dir/root

# newest_package: prints the name of the headers package. The suite is asked for by its own name: under that of
# "stable" a mirror may have an older state of it.
newest_package() {
	local codename

	suites_update stable-backports >&2 || return
	# shellcheck disable=SC2016 # apt expands it
	codename=$(suites apt-get indextargets --format '$(CODENAME)' 'Created-By: Packages' | head -n 1)
	suites_update "${codename%-backports}" "$codename" >&2 || return
	suites apt-cache depends -o APT::Default-Release="$codename" linux-headers-amd64 |
		sed -n 's/^ *Depends: \(linux-headers-[0-9].*\)/\1/p' | grep . | head -n 1
}

# newest_headers: prints where the headers are; fetches them once.
newest_headers() {
	local apt_dir=$newest_dir/apt package

	if [ ! -s "$newest_dir/package" ]; then
		package=$(newest_package) || skip "no headers of a newer kernel to be had"
		say "fetching $package and its compiler"
		rm -rf "$newest_root"
		mkdir -p "$newest_root"
		# The empty status file makes apt fetch all that the package needs.
		quiet "$log" suites apt-get -q -y -d --no-install-recommends install "$package" ||
			skip "cannot download $package"
		newest_unpack "$apt_dir" "$package"
		echo "$package" >"$newest_dir/package"
	fi
	echo "$newest_root/usr/src/$(cat "$newest_dir/package")"
}

# newest_unpack APT_DIR PACKAGE
newest_unpack() {
	local file

	for file in "$1"/cache/archives/*.deb; do
		dpkg-deb -x "$file" "$newest_root"
	done
	rm -rf "$1/cache"
	sed -i "s,/usr/src/,$newest_root/usr/src/," "$newest_root/usr/src/$2/Makefile"
	find "$newest_root"/usr/bin "$newest_root"/usr/lib/linux-kbuild-* "$newest_root"/usr/lib*/gcc \
		-type f -perm -100 -print0 | while IFS= read -r -d '' file; do
		newest_adopt "$file"
	done
}

# newest_adopt PROGRAM: lets it run with the loader and the libraries of its own release. What is no program
# that a loader starts stays as it is.
newest_adopt() {
	patchelf --print-interpreter "$1" >/dev/null 2>&1 || return 0
	patchelf --force-rpath --set-rpath "$newest_root/usr/lib/x86_64-linux-gnu" \
		--set-interpreter "$newest_root/usr/lib64/ld-linux-x86-64.so.2" "$1"
}
