# SPDX-License-Identifier: GPL-2.0-or-later
# `kmtool config lint`: findings with file and line, and nothing where nothing is wrong.

load fixture

setup() {
	root=$BATS_TEST_TMPDIR/root
	make_fixture "$root"
	rm -f "$root"/etc/modprobe.d/*
	mkdir -p "$root/etc/modprobe.d" "$root/boot"
	conf=$root/etc/modprobe.d/a.conf
	image=$root/boot/initrd.img-$FIXTURE_VERSION
}

lint() {
	run "$KMTOOL" --root "$root" config lint "$@"
}

@test "a machine with nothing wrong: no findings, status 0" {
	lint
	[ "$status" -eq 0 ]
	contains "$output" "0 problems"
	lint --raw
	[ -z "$output" ]
}

@test "a problem has its place, its rule and a fix, and is a failure" {
	printf '# fine\nwibble\n' >"$conf"
	lint
	[ "$status" -eq 1 ]
	contains "$output" "/etc/modprobe.d/a.conf:2: bad-line"
	contains "$output" "fix: "
	contains "$output" "1 problem in"
}

@test "a directory among the files" {
	mkdir "$root/etc/modprobe.d/more"
	lint
	[ "$status" -eq 1 ]
	contains "$output" "/etc/modprobe.d/more: not-conf"
	contains "$output" "it is a directory"
	contains "$output" "fix: move what is in it"
}

@test "a line is told of once, not also as a warning" {
	echo wibble >"$conf"
	run --separate-stderr "$KMTOOL" --root "$root" config lint
	[ -z "$stderr" ]
}

@test "a note is no failure" {
	echo "blacklist bridge" >"$conf"
	lint --raw -o rule,severity,module
	[ "$status" -eq 0 ]
	[ "$output" = "$(printf 'weak-blacklist\tnote\tbridge')" ]
}

@test "--json has the findings" {
	echo "install $FIXTURE_MODULE" >"$conf"
	lint --json
	[ "$status" -eq 1 ]
	contains "$output" '"findings": ['
	contains "$output" '"rule": "bad-line"'
	contains "$output" '"line": 1'
}

@test "parameters are looked up in the module file" {
	echo "options loop max_part=15 no_such=1" >"$conf"
	lint --raw -o rule,where
	[ "$output" = "$(printf 'bad-parameter\t/etc/modprobe.d/a.conf:1')" ]
}

@test "an image without a file that is about one of its modules" {
	needs_library gzip
	(cd "$root" && find lib | cpio --quiet -o -H newc | gzip) >"$image"
	lint
	[ "$status" -eq 0 ]
	echo "options loop max_part=15" >"$conf"
	lint
	[ "$status" -eq 1 ]
	contains "$output" "a.conf: initramfs-config"
	contains "$output" "update-initramfs -u -k $FIXTURE_VERSION"
	lint --no-initramfs
	[ "$status" -eq 0 ]
}

# pack DIR: the archive of what is below it.
pack() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc)
}

@test "of several archives in an image the last one counts" {
	local old=$BATS_TEST_TMPDIR/old new=$BATS_TEST_TMPDIR/new mask=$BATS_TEST_TMPDIR/mask

	mkdir -p "$old/etc/modprobe.d" "$new/etc/modprobe.d" "$mask/etc/modprobe.d"
	echo "options loop max_part=15" | tee "$conf" >"$new/etc/modprobe.d/a.conf"
	echo "options loop max_part=7" >"$old/etc/modprobe.d/a.conf"
	ln -s /dev/null "$mask/etc/modprobe.d/a.conf"
	{ pack "$old"; pack "$new"; } >"$image"
	lint
	[ "$status" -eq 0 ]
	{ pack "$new"; pack "$old"; } >"$image"
	lint --raw -o rule,where
	[ "$output" = "$(printf 'initramfs-config\t/etc/modprobe.d/a.conf')" ]
	{ pack "$old"; pack "$mask"; } >"$image"
	lint --raw -o rule,where
	[ "$output" = "$(printf 'initramfs-config\t/etc/modprobe.d/a.conf')" ]
	ln -sf /dev/null "$conf"
	lint
	[ "$status" -eq 0 ]
}

@test "an image without a module that the root filesystem needs" {
	local in=$BATS_TEST_TMPDIR/in modules=lib/modules/$FIXTURE_VERSION/kernel

	mkdir -p "$root/proc/self" "$in"
	echo '20 1 253:0 / / rw - ext4 /dev/sda1 rw' >"$root/proc/self/mountinfo"
	(cd "$root" && cp --parents "$modules/fs/ext4/ext4.ko" "$modules/lib/crc32c_generic.ko" "$in")
	pack "$in" >"$image"
	lint
	[ "$status" -eq 0 ]
	rm "$in/$modules/fs/ext4/ext4.ko"
	pack "$in" >"$image"
	lint --raw -o rule,where,fix
	[ "$status" -eq 1 ]
	[ "$output" = "$(printf 'initramfs-root\t%s\tupdate-initramfs -u -k %s' "/boot/initrd.img-$FIXTURE_VERSION" "$FIXTURE_VERSION")" ]
	lint --raw -o message
	[ "$output" = 'it lacks ext4 (its filesystem is ext4): the kernel will not find its root after the next boot' ]
	run "$KMTOOL" --root "$root" status --raw -o item,state,value
	contains "$output" $'initramfs\tproblem\tlacks ext4 (its filesystem is ext4): the kernel will not find its root'
	# Nothing is said of an image that has no modules at all, and without being asked.
	rm "$in/$modules/lib/crc32c_generic.ko"
	pack "$in" >"$image"
	lint
	[ "$status" -eq 0 ]
	lint --no-initramfs
	[ "$status" -eq 0 ]
}

@test "/lib and /usr/lib are one place, wherever the disk has them" {
	local merged=$BATS_TEST_TMPDIR/merged

	mkdir -p "$merged/usr/lib/modprobe.d" "$root/lib/modprobe.d"
	cp -r "$root/lib/modules" "$merged/usr/lib"
	rm -f "$merged"/usr/lib/modules/*/modules.*
	echo "options loop max_part=15" | tee "$root/lib/modprobe.d/v.conf" >"$merged/usr/lib/modprobe.d/v.conf"
	pack "$merged" >"$image"
	lint
	[ "$status" -eq 0 ]
	echo "options loop max_part=7" >"$root/lib/modprobe.d/v.conf"
	echo other >"$merged/usr/lib/modules/$FIXTURE_VERSION/kernel/gone.ko"
	pack "$merged" >"$image"
	lint --raw -o rule,where
	[ "$(grep ^initramfs <<<"$output" | sort)" = "initramfs-config	/lib/modprobe.d/v.conf
initramfs-module	/boot/initrd.img-$FIXTURE_VERSION" ]
}

@test "an image that is damaged is told of, and its date counts" {
	echo garbage >"$image"
	touch -d 2001-01-01 "$image"
	run --separate-stderr "$KMTOOL" --root "$root" config lint
	[ "$status" -eq 0 ]
	contains "$stderr" "/boot/initrd.img-$FIXTURE_VERSION was not looked into"
	echo "options loop max_part=15" >"$conf"
	lint --raw -o rule
	contains "$output" "initramfs-config"
}

@test "the manual page has every rule" {
	rules=$(sed -n 's/^	{"\([a-z-]*\)".*/\1/p' "$top_srcdir/src/model/lint.c")
	[ "$(wc -w <<<"$rules")" -gt 20 ]
	[ "$rules" = "$(sed -n '/^\.Sh RULES/,/^\.Sh EXIT/s/^\.It Cm //p' "$top_srcdir/man/kmtool-config.8")" ]
}

@test "what a file says cannot reach the terminal" {
	printf 'wib\033[31mble\n' >"$conf"
	lint
	not grep -q "$(printf '\033')" <<<"$output"
	contains "$output" 'wib\x1b'
}

# mends LINE FIX RULE: lint finds one thing in LINE and proposes FIX; the file with FIX instead is in order.
mends() {
	echo "$1" >"$conf"
	lint --raw -o rule,fix
	[ "$output" = "$3"$'\t'"$2" ] || {
		echo "in '$1': $output"
		return 1
	}
	case $2 in
	"kmtool "*) "$KMTOOL" --root "$root" ${2#kmtool } >"$BATS_TEST_TMPDIR/out" ;;
	*) echo "$2" >"$conf" ;;
	esac
	lint
	[ "$status" = 0 ] && contains "$output" "0 problems"
}

@test "the line that is proposed mends what was found" {
	mends 'softdep loop post stp' 'softdep loop post: stp' empty-softdep
	mends 'softdep loop post:stp' 'softdep loop post: stp' empty-softdep
	mends 'softdep loop pre : stp' 'softdep loop pre: stp' empty-softdep
	mends 'softdep loop PRE: stp Post llc' 'softdep loop pre: stp post: llc' empty-softdep
	mends 'softdep loop stp llc' 'softdep loop pre: stp llc' empty-softdep
	mends 'softdep loop  pre: stp' 'softdep loop pre: stp' empty-softdep
	mends 'softdep loop pre: stp post:llc' 'softdep loop pre: stp post: llc' empty-softdep
	mends 'install ext4 /bin/false' 'kmtool block ext4' void-install
	rm "$root"/etc/modprobe.d/*
	mends 'blacklist bridge' 'kmtool block bridge' weak-blacklist
	rm "$root"/etc/modprobe.d/*
	mends 'alias loop off' 'kmtool block loop' alias-off
}

@test "what a line of modules-load.d was meant to be" {
	mkdir -p "$root/etc/modules-load.d"
	boot=$root/etc/modules-load.d/b.conf
	fix() {
		echo "$1" >"$boot"
		lint --raw -o rule,fix
		[ "$output" = "boot-unknown"$'\t'"$2" ] || {
			echo "in '$1': $output"
			return 1
		}
	}
	fix 'options loop max_part=1' 'move the line into a file of modprobe.d: options loop max_part=1'
	fix 'loop stp' 'write each module on a line of its own'
	fix 'loop # why' 'put the comment on a line of its own'
	fix 'loop max_part=1 # why' "write only loop here, and 'options loop max_part=1' into a file of modprobe.d"
	fix 'blacklist loop' 'move the line into a file of modprobe.d: blacklist loop'
	printf '# why\nloop\nstp\n' >"$boot"
	lint
	[ "$status" -eq 0 ]
}

@test "without a module tree names are not checked, and that is said" {
	echo "options nosuch a=1" >"$conf"
	run --separate-stderr "$KMTOOL" --root "$root" -k 9.9-none config lint
	[ "$status" -eq 1 ]
	contains "$stderr" "names of modules and parameters were not checked: there is no module tree of 9.9-none"
	[[ "$output" != *"0 problems"* ]]
	run --separate-stderr "$KMTOOL" --root "$root" -k 9.9-none config lint --json
	[ "$status" -eq 1 ]
	python3 -c 'import json, sys; json.loads(sys.argv[1])' "$output"
}

@test "lines that end with CR and LF" {
	printf 'options loop max_loop=8\r\nsoftdep loop pre: ext4\r\n' >"$conf"
	lint --raw -o line,rule
	[ "$status" -eq 1 ]
	contains "$output" $'1\tcarriage-return'
	contains "$output" $'2\tcarriage-return'
	sed -i 's/\r$//' "$conf"
	lint --raw -o line,rule
	[[ "$output" != *carriage-return* ]]
}
