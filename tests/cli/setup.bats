# SPDX-License-Identifier: GPL-2.0-or-later
# What quickstart and README.md say about installing what the build needs.
load fixture

setup() {
	top=$top_srcdir
	. "$top_srcdir/tests/setup.sh"
	OS_RELEASE=$BATS_TEST_TMPDIR/os-release
}

# says_for LINE WORDS...: install_line says WORDS on a system whose os-release has LINE.
says_for() {
	printf '%s\n' "$1" >"$OS_RELEASE"
	run install_line
	[ "$status" = 0 ]
	[[ $output == *"$2"* ]]
}

@test "the line for each distribution, and for those that are like it" {
	says_for 'ID=debian' "apt-get install autoconf automake gcc "
	says_for $'ID=linuxmint\nID_LIKE="ubuntu debian"' "apt-get install "
	says_for 'ID=fedora' "dnf install autoconf automake elfutils-libelf-devel "
	says_for $'ID="rocky"\nID_LIKE="rhel centos fedora"' "dnf install "
	says_for 'ID=arch' "pacman -S --needed "
	says_for 'ID=alpine' "apk add "
	says_for $'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"' "zypper install "
	[ "$(grep -c . <<<"$output")" = 2 ]
}

@test "elsewhere: Debian's names, said to be such" {
	says_for 'ID=other' "these packages of Debian"
	[[ $output == *libsmartcols-dev* ]]
	OS_RELEASE=/nonexistent
	run install_line
	[[ $output == *libsmartcols-dev* ]]
}

@test "README.md has the same lines" {
	local id line

	for id in debian fedora arch alpine suse; do
		echo "ID=$id" >"$OS_RELEASE"
		line=$(install_line | sed -n '2s/^\t//p')
		grep -qF "| \`$line\` |" "$top_srcdir/README.md" || {
			echo "README.md lacks: $line"
			return 1
		}
	done
}

# A machine with no compiler, no pkg-config and none of the libraries, as far as programs go.
@test "configure on a bare machine names all that is missing at once, for four distributions" {
	local dir=$BATS_TEST_TMPDIR/bare tool

	mkdir -p "$dir/bin" "$dir/src"
	for tool in awk basename cat chmod cmp cp cut date dirname echo env expr grep hostname ls mkdir mv rm rmdir sed sh sleep \
		sort touch tr uname; do
		ln -s "$(type -P "$tool")" "$dir/bin/$tool"
	done
	cp -r "$top_srcdir/configure" "$top_srcdir/build-aux" "$dir"
	touch "$dir/src/main.c"
	cd "$dir"
	run env -i PATH="$dir/bin" sh ./configure
	[ "$status" != 0 ]
	[[ $output == *"not found: C compiler, pkg-config, libelf, smartcols"*json-c*blkid* ]]
	[[ $output == *"apt-get install gcc libc6-dev make pkg-config libelf-dev libsmartcols-dev libjson-c-dev libblkid-dev"* ]]
	[[ $output == *"dnf install "*"pacman -S "*"apk add "* ]]
}
