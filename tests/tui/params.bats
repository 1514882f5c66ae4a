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

		PARAMETER       TYPE DEFAULT CONFIGURED DESCRIPTION
		max_connections uint 7       -          Most connections
		timeout         -    7       9          -
		tcpport         -    7       -          -
	END
	[ "$(kmtool info -F parm lockd)" = 'max_connections:Most connections (uint)' ]
	# What no module has is told apart.
	contains "$(kmtool info loop | grep '^gone')" 'the module has no such parameter'
	# Nothing but declared parameters, not loaded, not configured: no table.
	[ -z "$(kmtool info snd-dummy | grep PARAMETER)" ]
}

@test "undeclared parameters can be loaded with and completed, unknown ones cannot" {
	expect_status 0 kmtool load -n lockd tcpport=1
	expect_status 2 kmtool load -n lockd nosuch=1
	contains "$stderr" "its parameters are: max_connections, timeout, tcpport"
	[ "$(kmtool __complete -- params lockd t | cut -f 1)" = $'timeout=\ntcpport=' ]
	contains "$(kmtool __complete -- params usbcore '')" 'quirks='
	[ -z "$(kmtool __complete -- params loop g)" ]
}
