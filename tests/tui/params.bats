# SPDX-License-Identifier: GPL-2.0-or-later
# The parameters of a module are the same for `kmtool info`, `kmtool params` and the browser.

load ../cli/fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/fs/lockd/lockd.ko" license=GPL \
		parmtype=max_connections:uint "parm=max_connections:Most connections" param:max_connections \
		param:timeout param:tcpport
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	echo 1 >"$ROOT/sys/module/loop/parameters/late"
	echo 0 >"$ROOT/sys/module/usbcore/parameters/quirks"
	echo 'options loop gone=1' >>"$ROOT/etc/modprobe.d/local.conf"
	echo 'options lockd timeout=9' >>"$ROOT/etc/modprobe.d/local.conf"
}

# listed WHO
listed() {
	"$top_srcdir/tests/tui/listed_params" "$KMTOOL" "$ROOT" "$FIXTURE_VERSION" "$1" \
		"$top_builddir/tests/tui/replay" >"$BATS_TEST_TMPDIR/$1"
}

@test "every module of the tree and of the kernel" {
	listed params
	listed info
	listed screen
	diff "$BATS_TEST_TMPDIR/params" "$BATS_TEST_TMPDIR/info"
	diff "$BATS_TEST_TMPDIR/params" "$BATS_TEST_TMPDIR/screen"
	diff - <(tr '\t' '|' <"$BATS_TEST_TMPDIR/params" | grep -E '^(lockd|loop|usbcore)\|' | sort -s -t '|' -k 1,1) <<-'END'
		lockd|max_connections|uint||7||
		lockd|timeout|||7||9
		lockd|tcpport|||7||
		loop|max_loop|int|0644||8|8
		loop|max_part|int|0644||15|15
		loop|late||0644||1|
		loop|gone|||||1
		usbcore|autosuspend|int|0644||2|
		usbcore|quirks||0644||0|
	END
}

@test "info shows as a table what its parm lines do not say" {
	kmtool info lockd >"$BATS_TEST_TMPDIR/info"
	diff - <(sed '1,/^parm/d; s/ *$//' "$BATS_TEST_TMPDIR/info") <<-'END'
		config:         /etc/modprobe.d/local.conf:5: options lockd timeout=9
		config-effect:  effective

		PARAMETER       TYPE DEFAULT CONFIGURED DESCRIPTION
		max_connections uint 7       -          Most connections
		timeout         -    7       9          -
		tcpport         -    7       -          -
	END
	[ "$(kmtool info -F parm lockd)" = 'max_connections:Most connections (uint)' ]
	sed -i /lockd/d "$ROOT/etc/modprobe.d/local.conf"
	contains "$(kmtool info lockd)" 'PARAMETER       TYPE DEFAULT DESCRIPTION'
	# What no module has is told apart.
	contains "$(kmtool info loop | grep '^gone')" 'the module has no such parameter'
	# Nothing but declared parameters, not loaded, not configured: no table.
	[ -z "$(kmtool info snd-dummy | grep PARAMETER)" ]
}

@test "options that name an alias count for what is reached by it" {
	echo 'options network-card InterruptThrottleRate=3' >>"$ROOT/etc/modprobe.d/local.conf"
	kmtool info --json network-card | python3 -c '
import json, sys
e1000e, = json.load(sys.stdin)["modules"]
assert e1000e["name"] == "e1000e" and e1000e["parameters"][0]["configured"] == "3", e1000e["parameters"]
assert "options network_card InterruptThrottleRate=3" in [c["text"] for c in e1000e["config"]], e1000e["config"]'
	contains "$(kmtool params --raw -o name,configured network-card)" $'InterruptThrottleRate\t3'
	[ -z "$(kmtool info e1000e | grep CONFIGURED)" ]
}

@test "undeclared parameters can be loaded with and completed, unknown ones cannot" {
	expect_status 0 kmtool load -n lockd tcpport=1
	expect_status 2 kmtool load -n lockd nosuch=1
	contains "$stderr" "its parameters are: max_connections, timeout, tcpport"
	expect_status 2 kmtool params -n loop gone=1
	[ "$(kmtool __complete -- params lockd t | cut -f 1)" = $'timeout=\ntcpport=' ]
	contains "$(kmtool __complete -- params usbcore '')" 'quirks='
	[ -z "$(kmtool __complete -- params loop g)" ]
}

@test "a file whose symbols cannot be read: what there is is shown, but nothing is checked by it" {
	python3 - "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/sound/snd-dummy.ko" <<-'END'
		import struct
		import sys
		with open(sys.argv[1], "r+b") as f:
		    elf = f.read()
		    at, = struct.unpack_from("<Q", elf, 0x28)
		    size, number = struct.unpack_from("<HH", elf, 0x3a)
		    for section in range(at, at + size * number, size):
		        kind, = struct.unpack_from("<I", elf, section + 4)
		        if kind == 2:  # SHT_SYMTAB: its sh_link, sh_size of that
		            strings, = struct.unpack_from("<I", elf, section + 40)
		            f.seek(at + size * strings + 32)
		            f.write(struct.pack("<Q", 1 << 20))
	END
	contains "$(kmtool info --json snd-dummy)" '"name": "enable"'
	expect_status 1 kmtool params snd-dummy
	contains "$stderr" "truncated or damaged"
	expect_status 1 kmtool load -n snd-dummy enable=1
	contains "$stderr" "truncated or damaged"
	# The kernel would refuse the file.
	expect_status 1 kmtool load -n snd-dummy
	contains "$output" 'FAIL symbols: '
}
