# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool kernels

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
}

# index_of VERSION: its state and note.
index_of() {
	kmtool kernels --raw -o version,index,note | awk -F '\t' -v v="$1" '$1 == v { print $2 "|" $3 }'
}

@test "one kernel, running, with a good index" {
	local size

	size=$(find "$TREE" -name '*.ko' -printf '%s\n' | awk '{ n += $1 } END { print n }')
	expect_status 0 kmtool kernels --raw
	[ "$output" = $'6.1.0-test\tyes\t9\t'"$size"$'\tok\t-\t-\t-' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool kernels
	[[ ${lines[0]} == "VERSION    RUNNING MODULES"* ]]
	[[ $output != *NOTE* ]]
}

@test "newest first; images by the names of several distributions" {
	local v

	mkdir -p "$ROOT/boot" "$ROOT/lib/modules/6.9.0" "$ROOT/lib/modules/6.10.0" "$ROOT/lib/modules/7.0.0-arch1"
	touch "$ROOT/boot/vmlinuz-$FIXTURE_VERSION" "$ROOT/boot/initrd.img-$FIXTURE_VERSION" \
		"$ROOT/boot/vmlinuz-6.9.0" "$ROOT/boot/initramfs-6.9.0.img" "$ROOT/boot/initrd-6.10.0" \
		"$ROOT/boot/vmlinuz-linux" "$ROOT/boot/initramfs-linux.img" \
		"$ROOT/lib/modules/6.10.0/vmlinuz" "$ROOT/boot/vmlinuz-5.0.0"
	echo linux >"$ROOT/lib/modules/7.0.0-arch1/pkgbase"
	expect_status 0 kmtool kernels --raw -o version,image,initrd
	[ "$output" = $'7.0.0-arch1\t/boot/vmlinuz-linux\t/boot/initramfs-linux.img
6.10.0\t/lib/modules/6.10.0/vmlinuz\t/boot/initrd-6.10.0
6.9.0\t/boot/vmlinuz-6.9.0\t/boot/initramfs-6.9.0.img
6.1.0-test\t/boot/vmlinuz-6.1.0-test\t/boot/initrd.img-6.1.0-test
5.0.0\t/boot/vmlinuz-5.0.0\t-' ]
	[ "$(index_of 5.0.0)" = "none|has no module tree" ]
	[ "$(index_of 6.9.0)" = "missing|modules.dep is missing" ]
}

@test "the running kernel without a tree" {
	echo 6.0.0-gone >"$ROOT/proc/sys/kernel/osrelease"
	expect_status 0 kmtool kernels
	contains "$stderr" "the running kernel 6.0.0-gone has no module tree (installed: 6.1.0-test)"
	contains "$output" "has no module tree"
	expect_status 0 kmtool kernels --json
	python3 - "$output" <<-'END'
		import json, sys
		a, b = json.loads(sys.argv[1])["kernels"]
		assert (a["version"], a["running"], a["index"]) == ("6.1.0-test", False, "ok"), a
		assert (b["version"], b["running"], b["modules"], b["index"]) == ("6.0.0-gone", True, None, "none"), b
	END
}

@test "an index that does not fit" {
	write_module "$TREE/extra/new.ko" license=GPL
	touch -d '2001-01-01' "$TREE/extra/new.ko"
	[ "$(index_of 6.1.0-test)" = "stale|extra/new.ko is not in the index" ]
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	[ "$(index_of 6.1.0-test)" = "ok|-" ]
	touch -d '+1 minute' "$TREE/extra/new.ko"
	[ "$(index_of 6.1.0-test)" = "stale|extra/new.ko is newer than the index" ]
	rm "$TREE/extra/new.ko"
	[ "$(index_of 6.1.0-test)" = "stale|modules.dep names modules that are gone" ]
	mv "$TREE/kernel/lib/crc32c_generic.ko" "$TREE/extra"
	[ "$(index_of 6.1.0-test)" = "stale|extra/crc32c_generic.ko is not the file that the index names" ]
	touch "$TREE/extra/no name.ko"
	[ "$(index_of 6.1.0-test)" = "unknown|/lib/modules/6.1.0-test holds something that cannot be listed" ]
	rm "$TREE/extra/no name.ko"
	printf 'a\0b' >"$TREE/modules.dep"
	[ "$(index_of 6.1.0-test)" = "damaged|modules.dep cannot be read" ]
	rm "$TREE/modules.dep.bin"
	[ "$(index_of 6.1.0-test)" = "missing|modules.dep.bin is missing" ]
}

@test "no kernel at all" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	ROOT=$BATS_TEST_TMPDIR/empty
	expect_status 4 kmtool kernels
	contains "$stderr" "no kernel has a module tree below $ROOT/lib/modules"
}

@test "hostile names are escaped" {
	mkdir "$ROOT/lib/modules/"$'9\e[31m'
	expect_status 0 kmtool kernels
	[[ $output != *$'\e'* ]]
}

@test "what lies beside an image is no kernel; the image of a boot entry is found" {
	local entry=/boot/efi/0123456789abcdef0123456789abcdef/$FIXTURE_VERSION

	mkdir -p "$ROOT/boot" "$ROOT$entry" "$ROOT/etc"
	echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
	touch "$ROOT$entry/linux" "$ROOT$entry/initrd" "$ROOT/boot/.vmlinuz-6.0.0.hmac"
	touch "$ROOT"/boot/vmlinuz-{0-rescue-0123456789abcdef0123456789abcdef,linux}
	touch "$ROOT"/boot/vmlinuz-6.0.0{.old,.bak,.hmac,.sig,.dpkg-new,.dpkg-bak,.rpmsave,.efi,.efi.signed,~}
	expect_status 0 kmtool kernels --raw -o version,image,initrd
	[ "$output" = "$FIXTURE_VERSION"$'\t'"$entry/linux"$'\t'"$entry/initrd" ]
}

# everything PLACE: what commands print of a tree that is there, with /lib/modules for PLACE.
everything() {
	local command

	while read -ra command; do
		echo "-- ${command[*]}"
		kmtool "${command[@]}" 2>&1 || echo "status $?"
	done <<-'END' | sed "s|$1|/lib/modules|g"
		kernels --raw
		info loop
		info -F filename ext4
		list --available
		load -n br_netfilter
		load -n ext4
		deps br_netfilter
		params loop
		provides block-major-7-0
		search ethernet
		config list --all --raw
		config lint
		block loop -n
		diff 6.1.0-test 6.1.0-test --json
		index --check
		index -n
	END
}

@test "a tree in any of its places gives the same answers" {
	local place want got

	want=$(everything /lib/modules)
	contains "$want" "-- info -F filename ext4"$'\n'"$ROOT/lib/modules/6.1.0-test/kernel/fs/ext4/ext4.ko"
	for place in /usr/lib/modules /run/booted-system/kernel-modules/lib/modules \
		/run/current-system/kernel-modules/lib/modules; do
		mkdir -p "$ROOT$place"
		mv "$TREE" "$ROOT$place"
		mkdir "$TREE" # empty: it hides nothing
		got=$(everything "$place")
		diff <(echo "$want") <(echo "$got")
		rm "$ROOT$place/$FIXTURE_VERSION/modules.dep"
		kmtool index
		[ -s "$ROOT$place/$FIXTURE_VERSION/modules.dep" ]
		rmdir "$TREE"
		mv "$ROOT$place/$FIXTURE_VERSION" "$ROOT/lib/modules/"
	done
}
