# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool index

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
}

# Files that depmod writes.
index_files() {
	(cd "$1" && ls modules.*) | grep -v -x -e modules.order -e modules.builtin -e modules.builtin.modinfo
}

# same_index A B: every index file of the directory A is in B, byte for byte.
same_index() {
	local f

	for f in $(index_files "$1"); do
		cmp "$1/$f" "$2/$f" || return
	done
}

# same_as_depmod A B: the same, but from kmod 34 on the nodes of the tries are in another order.
same_as_depmod() {
	local f

	if [ "$(depmod --version | sed -n 's/^kmod version //p')" -lt 34 ]; then
		same_index "$@"
		return
	fi
	for f in $(index_files "$1"); do
		if [[ $f == *.bin ]]; then
			diff <("$BATS_TEST_DIRNAME/trie-rows" "$1/$f") <("$BATS_TEST_DIRNAME/trie-rows" "$2/$f") || return
		else
			cmp "$1/$f" "$2/$f" || return
		fi
	done
}

@test "writes what depmod writes" {
	cp -a "$TREE" "$BATS_TEST_TMPDIR/depmod"
	(cd "$TREE" && index_files . | xargs rm)
	expect_status 0 kmtool index
	[ -z "$output$stderr" ]
	same_as_depmod "$BATS_TEST_TMPDIR/depmod" "$TREE"
	[ "$(cat "$TREE/modules.weakdep")" = "# Weak dependencies extracted from modules themselves." ]
	[ -z "$(find "$TREE" -name '.kmtool*')" ]
}

@test "the kernel can be named in two ways, but not two kernels" {
	expect_status 0 kmtool index "$FIXTURE_VERSION"
	expect_status 0 kmtool index -k "$FIXTURE_VERSION"
	expect_status 2 kmtool index -k 1.2.3 "$FIXTURE_VERSION"
	expect_status 2 kmtool index 1.2.3 "$FIXTURE_VERSION"
	expect_status 2 kmtool index ..
	expect_status 4 kmtool index 1.2.3
	contains "$stderr" "no modules of kernel 1.2.3: there is no $ROOT/lib/modules/1.2.3"
}

@test "--dry-run prints the texts and writes nothing" {
	local before

	before=$(find "$TREE" -printf '%P %T@ %s\n' | sort)
	expect_status 0 kmtool index -n
	[ "$output" = "$(cat "$TREE"/modules.dep "$TREE"/modules.alias "$TREE"/modules.softdep
		echo '# Weak dependencies extracted from modules themselves.'
		cat "$TREE"/modules.symbols "$TREE"/modules.devname)" ]
	[ "$(find "$TREE" -printf '%P %T@ %s\n' | sort)" = "$before" ]
}

@test "--output-root writes elsewhere" {
	mkdir "$BATS_TEST_TMPDIR/out"
	rm "$TREE"/modules.*.bin
	expect_status 0 kmtool index --output-root "$BATS_TEST_TMPDIR/out"
	[ ! -e "$TREE/modules.dep.bin" ]
	[ -s "$BATS_TEST_TMPDIR/out/lib/modules/$FIXTURE_VERSION/modules.dep.bin" ]
	expect_status 4 kmtool index --output-root "$BATS_TEST_TMPDIR/none"
}

@test "--json tells what was done" {
	expect_status 0 kmtool index --json
	python3 - "$output" <<-'END'
		import json, sys
		doc = json.loads(sys.argv[1])
		assert doc["schema"] == 1 and doc["kernel"] == "6.1.0-test", doc
		assert doc["modules"] == 9 and doc["read"] == 9 and doc["cached"] == 0, doc
		assert doc["symbols"] == 3 and doc["aliases"] == 6 and doc["findings"] == [], doc
	END
}

@test "--check: right, stale, mended" {
	expect_status 0 kmtool index --check
	[ -z "$output$stderr" ]
	write_module "$TREE/extra/new.ko" license=GPL alias=new
	expect_status 1 kmtool index --check --raw
	contains "$output" $'stale\t'"$TREE/modules.dep"
	contains "$output" "kmtool --root $ROOT index $FIXTURE_VERSION"
	expect_status 1 kmtool index --check --json
	expect_status 0 kmtool index
	expect_status 0 kmtool index --check
}

@test "--check: missing, truncated" {
	rm "$TREE/modules.alias"
	truncate -s -5 "$TREE/modules.symbols.bin"
	expect_status 1 kmtool index --check -o finding --no-headings
	[ "$output" = $'missing\ncorrupt' ]
	expect_status 2 kmtool index --check -n
	expect_status 2 kmtool index --check --quick
}

@test "--quick does nothing until something changes" {
	sleep 0.05
	expect_status 0 kmtool index
	touch -d '2001-01-01' "$BATS_TEST_TMPDIR/stamp"
	touch -r "$TREE/modules.dep" "$BATS_TEST_TMPDIR/stamp"
	expect_status 0 kmtool index --quick -v
	contains "$stderr" "up to date"
	[ ! "$TREE/modules.dep" -nt "$BATS_TEST_TMPDIR/stamp" ]
	# Deleted, which depmod -A does not notice.
	rm "$TREE/kernel/lib/crc32c_generic.ko"
	expect_status 0 kmtool index --quick -v
	contains "$stderr" "lists modules that are gone"
	[ "$(grep -c crc32c "$TREE/modules.dep")" = 0 ]
	# Moved in with an old time.
	write_module "$BATS_TEST_TMPDIR/old.ko" license=GPL
	touch -d '2001-01-01' "$BATS_TEST_TMPDIR/old.ko"
	mv "$BATS_TEST_TMPDIR/old.ko" "$TREE/kernel/lib/"
	expect_status 0 kmtool index --quick
	[ "$(grep -c '^kernel/lib/old.ko:' "$TREE/modules.dep")" = 1 ]
	# Configured.
	sleep 0.05
	mkdir -p "$ROOT/etc/depmod.d"
	echo "exclude lib" >"$ROOT/etc/depmod.d/x.conf"
	expect_status 0 kmtool index --quick
	[ "$(grep -c '^kernel/lib/' "$TREE/modules.dep")" = 0 ]
}

@test "damaged modules are named and left out" {
	echo 'this is not a module' >"$TREE/kernel/bad.ko"
	: >"$TREE/kernel/empty.ko"
	mkfifo "$TREE/kernel/fifo.ko"
	expect_status 3 kmtool index
	contains "$stderr" "$TREE/kernel/bad.ko: not an ELF file"
	contains "$stderr" "$TREE/kernel/empty.ko: the file is empty"
	contains "$stderr" "$TREE/kernel/fifo.ko: not a regular file"
	[ "$(grep -c '^kernel/' "$TREE/modules.dep")" = 9 ]
	expect_status 1 kmtool index --check -o finding --no-headings
	[ "$output" = $'unreadable\nunreadable' ]
}

@test "many damaged modules do not flood the terminal" {
	local i

	for i in $(seq 50); do
		: >"$TREE/kernel/empty$i.ko"
	done
	expect_status 3 kmtool index
	[ "$(wc -l <<<"$stderr")" -lt 25 ]
	contains "$stderr" "30 more of the kind 'unreadable'"
}

@test "files of one name: the rule, and who won" {
	write_module "$TREE/kernel/zz/loop.ko" license=GPL
	expect_status 0 kmtool index
	contains "$stderr" "$TREE/kernel/zz/loop.ko: not used: $TREE/kernel/drivers/block/loop.ko, of equal rank"
	[ "$(grep 'loop.ko:' "$TREE/modules.dep")" = "kernel/drivers/block/loop.ko:" ]
	write_module "$TREE/updates/loop.ko" license=GPL
	rm "$TREE/kernel/zz/loop.ko"
	expect_status 0 kmtool index
	[ -z "$stderr" ]
	[ "$(grep 'loop.ko:' "$TREE/modules.dep")" = "updates/loop.ko:" ]
	expect_status 0 kmtool index -v
	contains "$stderr" "depmod.d ranks $TREE/updates/loop.ko higher"
}

@test "--config replaces depmod.d" {
	write_module "$TREE/extra/loop.ko" license=GPL
	mkdir -p "$ROOT/conf"
	echo "search built-in extra" >"$ROOT/conf/a.conf"
	expect_status 0 kmtool index -C /conf
	[ "$(grep 'loop.ko:' "$TREE/modules.dep")" = "kernel/drivers/block/loop.ko:" ]
	echo "search extra built-in" >"$ROOT/conf/a.conf"
	expect_status 0 kmtool index -C /conf/a.conf
	[ "$(grep 'loop.ko:' "$TREE/modules.dep")" = "extra/loop.ko:" ]
	expect_status 4 kmtool index -C /none
}

@test "a cycle costs only its own modules" {
	write_module "$TREE/extra/one.ko" license=GPL import:two_fn export:one_fn
	write_module "$TREE/extra/two.ko" license=GPL import:one_fn export:two_fn
	write_module "$TREE/extra/user.ko" license=GPL import:one_fn
	expect_status 3 kmtool index
	contains "$stderr" "2 modules need each other"
	contains "$stderr" "user: needs a module of a cycle"
	[ "$(grep -c '^extra/' "$TREE/modules.dep")" = 1 ]
	[ "$(grep -c '^kernel/' "$TREE/modules.dep")" = 9 ]
}

@test "--unresolved" {
	write_module "$TREE/extra/needy.ko" license=GPL import:printk import:nobody_has_it
	printf '0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n' >"$BATS_TEST_TMPDIR/Module.symvers"
	expect_status 2 kmtool index --unresolved
	expect_status 1 kmtool index --unresolved --symvers "$BATS_TEST_TMPDIR/Module.symvers" --raw -o finding,object,detail
	[ "$output" = $'unknown-symbol\tneedy\tnobody_has_it' ]
	(cd "$BATS_TEST_TMPDIR" && expect_status 1 kmtool index -n --unresolved --symvers Module.symvers)
	echo "ffffffffffffffff B stub" >"$BATS_TEST_TMPDIR/System.map"
	expect_status 1 kmtool index --unresolved --system-map "$BATS_TEST_TMPDIR/System.map" --raw
	contains "$stderr" "names no exported symbol"
	expect_status 4 kmtool index --unresolved --symvers "$BATS_TEST_TMPDIR/none"
}

@test "files on the command line" {
	expect_status 0 kmtool index -n "/lib/modules/$FIXTURE_VERSION/kernel/net/802/stp.ko" \
		"/lib/modules/$FIXTURE_VERSION/kernel/net/llc/llc.ko"
	[ "${lines[0]}" = "kernel/net/802/stp.ko: kernel/net/llc/llc.ko" ]
	[ "${lines[1]}" = "kernel/net/llc/llc.ko:" ]
	expect_status 4 kmtool index -n /none.ko
	expect_status 2 kmtool index -n ./stp.ko
	expect_status 2 kmtool index --check /none.ko
}

@test "the cache is made, kept, used and removed as told" {
	local before

	expect_status 0 kmtool index
	[ ! -e "$TREE/modules.kmtool-cache.bin" ]
	sleep 2.1
	expect_status 0 kmtool index --cache=yes
	[ -e "$TREE/modules.kmtool-cache.bin" ]
	expect_status 0 kmtool index --json
	contains "$output" '"cached": 9'
	# Nothing new to keep, so it is not written again; with a module less it is.
	before=$(stat -c %i "$TREE/modules.kmtool-cache.bin")
	expect_status 0 kmtool index
	[ "$(stat -c %i "$TREE/modules.kmtool-cache.bin")" = "$before" ]
	mv "$TREE/kernel/lib/crc32c_generic.ko" "$BATS_TEST_TMPDIR/"
	expect_status 0 kmtool index
	[ "$(stat -c %i "$TREE/modules.kmtool-cache.bin")" != "$before" ]
	mv "$BATS_TEST_TMPDIR/crc32c_generic.ko" "$TREE/kernel/lib/"
	sleep 2.1
	expect_status 0 kmtool index
	cp -a "$TREE" "$BATS_TEST_TMPDIR/cached"
	expect_status 0 kmtool index --cache=no
	[ ! -e "$TREE/modules.kmtool-cache.bin" ]
	rm "$BATS_TEST_TMPDIR/cached/modules.kmtool-cache.bin"
	same_index "$BATS_TEST_TMPDIR/cached" "$TREE"
	# Damaged, it is no cache.
	head -c 1000 /dev/urandom >"$TREE/modules.kmtool-cache.bin"
	expect_status 0 kmtool index --json
	contains "$output" '"cached": 0'
	same_index "$BATS_TEST_TMPDIR/cached" "$TREE"
}

@test "a directory that cannot be written to is refused before anything is read" {
	local unprivileged=()

	if [ "$(id -u)" = 0 ]; then
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
		unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	chmod a-w "$TREE"
	expect_status 5 "${unprivileged[@]}" "$KMTOOL" --root "$ROOT" index
	contains "$stderr" "sudo kmtool --root $ROOT index $FIXTURE_VERSION"
	chmod u+w "$TREE"
}

@test "two at once: both succeed, the index is right" {
	local i

	for i in 1 2 3 4; do
		kmtool index 2>>"$BATS_TEST_TMPDIR/errors" &
	done
	wait
	expect_status 0 kmtool index --check
	[ -z "$(find "$TREE" -name '.kmtool*')" ]
}

@test "symbol prefix, layout, threads" {
	expect_status 2 kmtool index --symbol-prefix ab
	write_module "$TREE/extra/p.ko" license=GPL export:_under
	expect_status 0 kmtool index --symbol-prefix _
	[ "$(grep -c 'symbol:under p' "$TREE/modules.symbols")" = 1 ]
	expect_status 0 kmtool index
	cp "$TREE/modules.dep.bin" "$BATS_TEST_TMPDIR/post"
	expect_status 0 kmtool index --trie-order=pre --threads 3
	[ "$(stat -c %s "$TREE/modules.dep.bin")" = "$(stat -c %s "$BATS_TEST_TMPDIR/post")" ]
	run cmp -s "$TREE/modules.dep.bin" "$BATS_TEST_TMPDIR/post"
	[ "$status" = 1 ]
	expect_status 0 kmtool index --check
}

# asks_all MODULE: what looks names up in the indexes finds an empty one in order.
asks_all() {
	expect_status 0 kmtool load -n --raw "$1"
	[ -z "$stderr" ]
	expect_status 0 kmtool info -F name "$1"
	expect_status 0 kmtool params "$1"
	expect_status 0 kmtool deps "$1"
	expect_status 0 kmtool block -n "$1"
	expect_status 4 kmtool provides fs:none
	[[ $stderr != *damaged* ]]
	expect_status 1 kmtool config lint
	contains "$output" unknown-module
	expect_status 0 kmtool diff "$FIXTURE_VERSION" "$FIXTURE_VERSION"
}

@test "an index without entries is in order" {
	local size

	echo 'options nosuch n=1' >"$ROOT/etc/modprobe.d/local.conf"
	find "$TREE/kernel" -name '*.ko' -delete
	write_module "$TREE/kernel/plain.ko" license=GPL parmtype=n:int "vermagic=$FIXTURE_VERSION "
	# No built-in names an alias, or no kernel build says so (before Linux 5.2).
	printf 'ext2.license=GPL\0' >"$TREE/modules.builtin.modinfo"
	expect_status 0 kmtool index
	for size in alias builtin.alias; do
		[ "$(stat -c %s "$TREE/modules.$size.bin")" = 12 ]
	done
	asks_all plain
	expect_status 0 kmtool load -n --raw ext2
	rm "$TREE/modules.builtin.modinfo"
	depmod -b "$ROOT" "$FIXTURE_VERSION" 2>/dev/null
	asks_all plain
	: >"$TREE/modules.builtin.alias.bin"
	: >"$TREE/modules.alias.bin"
	asks_all plain
}

@test "an image's links in the place of an interrupted update bring in nothing from outside" {
	local outside=$BATS_TEST_TMPDIR/outside

	mkdir "$outside"
	echo secret >"$outside/modules.dep"
	chmod 600 "$outside/modules.dep"
	ln -s "$outside" "$TREE/.kmtool-set"
	ln -sf .kmtool-set/modules.dep "$TREE/modules.dep"
	expect_status 5 kmtool index
	contains "$stderr" "$TREE/.kmtool-set* is not what an interrupted update leaves"
	[ "$(stat -c %h "$outside/modules.dep")" = 1 ]
	rm "$TREE/.kmtool-set"
	expect_status 0 kmtool index
	[ "$(cat "$outside/modules.dep")" = secret ]
	[ -f "$TREE/modules.dep" ] && [ ! -L "$TREE/modules.dep" ]
}

@test "a lock that every reader can take does not hold it up" {
	exec 8<"$TREE"
	flock 8
	expect_status 0 timeout 20 "$KMTOOL" --root "$ROOT" index
	exec 8<&-
}
