# SPDX-License-Identifier: GPL-2.0-or-later
# What is no regular file is not opened, wherever a file is read: a device node in an image would do what the
# device does, a FIFO would wait for ever. A writer that is blocked tells whether anything opened the FIFO.

load fixture

setup() {
	writers=''
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=/lib/modules/$FIXTURE_VERSION
	mkdir -p "$ROOT"/{boot,etc/{modprobe.d,depmod.d,modules-load.d,kernel},efi/EFI/Linux}
	# Each line at once: what is read first must not keep the rest from being read.
	PLACES="/proc/modules /proc/cmdline
		/proc/crypto /proc/devices /proc/filesystems /proc/net/protocols /proc/swaps \
			/proc/sys/kernel/tainted /proc/sys/kernel/modules_disabled /proc/self/mountinfo \
			/proc/kallsyms /sys/module/loop/parameters/max_loop /sys/module/loop/refcnt \
			/sys/module/loop/srcversion /sys/kernel/security/lockdown
		/etc/modprobe.d/x.conf /etc/modprobe.d/.kmtool-undo /etc/depmod.d/x.conf /etc/modules-load.d/x.conf \
			/etc/modules /etc/fstab /etc/udev/rules.d/x.rules /etc/systemd/system/x.service \
			/etc/machine-id /etc/kernel/entry-token /etc/os-release
		$TREE/modules.dep
		$TREE/modules.dep.bin
		$TREE/modules.alias $TREE/modules.symbols $TREE/modules.builtin $TREE/modules.builtin.modinfo \
			$TREE/modules.softdep $TREE/modules.weakdep $TREE/modules.order $TREE/modules.devname \
			$TREE/pkgbase $TREE/.kmtool-cache $TREE/build/Module.symvers $TREE/kernel/drivers/block/loop.ko
		$TREE/modules.alias.bin $TREE/modules.symbols.bin $TREE/modules.builtin.bin
		/boot/initrd.img-$FIXTURE_VERSION /boot/vmlinuz-$FIXTURE_VERSION
		/efi/EFI/Linux/x-$FIXTURE_VERSION.efi"
}

# Every command that reads, and those that plan. How they end is not the matter, but that they end.
COMMANDS=("list --available -o name,state,description,signed" "info loop" "params loop" "deps --all ext4"
	"provides printk" "search loop" "devices" "users loop" "why loop" "config list" "config show loop"
	"config lint" "autoload" "kernels" "log loop" "load -n loop" "load -n $PWD" "unload -n ext4" "block -n loop"
	"params -n loop max_part=1" "index --check" "index -n" "diff --loaded")

# writer FIFO: waits until something opens the FIFO, and leaves a note.
writer() {
	(exec 3>&- && : >"$1" && echo "$1" >>"$BATS_TEST_TMPDIR/opened") >/dev/null 2>&1 &
	writers="$writers $!"
}

# opened COMMAND...: the command, or one before it, opens a FIFO; or it does not end.
opened() {
	timeout 20 "$@" >/dev/null 2>&1 </dev/null 3>&-
	[ $? -eq 124 ] && return 0
	sleep 0.01
	[ -s "$BATS_TEST_TMPDIR/opened" ]
}

# Ends the writers that still wait.
end_writers() {
	local writer

	for writer in $writers; do
		kill "$writer" 2>/dev/null || true
		wait "$writer" 2>/dev/null || true
	done
	writers=''
}

teardown() {
	end_writers
}

@test "the writer tells" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	writer "$BATS_TEST_TMPDIR/fifo"
	run -1 opened true
	opened dd if="$BATS_TEST_TMPDIR/fifo"
	end_writers
}

@test "no command opens a FIFO in place of a file that it reads" {
	local places place command failed='' kept=$BATS_TEST_TMPDIR/kept

	while read -r places; do
		cp -a "$ROOT" "$kept"
		for place in $places; do
			mkdir -p "$ROOT${place%/*}"
			rm -f "$ROOT$place"
			mkfifo "$ROOT$place"
			writer "$ROOT$place"
		done
		for command in "${COMMANDS[@]}"; do
			# shellcheck disable=SC2086 # words
			if opened "$KMTOOL" --root "$ROOT" $command; then
				failed="$failed$command: $(cat "$BATS_TEST_TMPDIR/opened" || echo "$places")"$'\n'
				rm -f "$BATS_TEST_TMPDIR/opened"
			fi
		done
		end_writers
		rm -rf "$ROOT"
		mv "$kept" "$ROOT"
	done <<<"$PLACES"
	printf '%s' "$failed"
	[ -z "$failed" ]
}

@test "nor behind a link, nor one that is named" {
	local place command

	mkfifo "$ROOT/fifo.ko"
	writer "$ROOT/fifo.ko"
	for place in /etc/modprobe.d/x.conf "$TREE/modules.devname" "/boot/initrd.img-$FIXTURE_VERSION"; do
		ln -sf /fifo.ko "$ROOT$place"
		run -1 opened "$KMTOOL" --root "$ROOT" config lint
		rm "$ROOT$place"
	done
	for command in "load -n" info; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -1 timeout 20 "$KMTOOL" --root "$ROOT" $command /fifo.ko
		contains "$stderr" "fifo.ko"
		contains "$stderr" "not a regular file"
	done
	run -1 opened true
	end_writers
}
