# SPDX-License-Identifier: GPL-2.0-or-later
# What people may rely on in the browser, because they were let down elsewhere: each of these is something that a
# browser of modules got wrong before. Terminals, signals and the mouse are in terminal.bats.

bats_require_minimum_version 1.5.0
load machine

@test "nothing is done to a module that is not below the bar" {
	play fake 'loaded snd_pcm 0' 'loaded dummy 0' 'keys \nonesuch<Enter>' text 'keys U' text \
		'keys <Tab><Enter>' 'keys L<Tab><Enter>' calls
	says "No match for 'nonesuch'"
	says "No module is selected."
	says_not "Plan:"
	# Its details went with it.
	says_not "Midlevel PCM"
	[[ $output == *calls: ]]
}

@test "a filter changes what is shown, never which module an answer is about" {
	play 'keys \raid6<Enter>]]' text 'keys U' text
	says ">raid6_pq"
	says "─ raid6_pq  Overview  Params [Deps]"
	says "btrfs"
	says "Plan: unload raid6_pq"
	says "raid6_pq is in use by btrfs"
}

@test "a module without references that drives an interface is not said to be unused" {
	play 'size 120x40' 'keys /bridge<Enter>' text
	says "possible: nothing uses it"
	mkdir -p "$MACHINE/r/sys/devices/virtual/net/br0" "$MACHINE/r/sys/class/net"
	printf 'INTERFACE=br0\nDEVTYPE=bridge\n' >"$MACHINE/r/sys/devices/virtual/net/br0/uevent"
	echo up >"$MACHINE/r/sys/devices/virtual/net/br0/operstate"
	ln -s ../../devices/virtual/net/br0 "$MACHINE/r/sys/class/net/br0"
	play 'size 120x40' 'keys /bridge<Enter>' text
	says "possible, but it drives what is listed here"
	says "drives network interface br0 (up)"
	says_not "nothing uses it"
}

@test "what the kernel would refuse is told before the plan, in the plan and in the menu" {
	play 'size 120x40' 'keys 2/dummy<Enter>' text
	says_not "would not load"
	echo 'none [integrity] confidentiality' >"$MACHINE/r/sys/kernel/security/lockdown"
	play 'size 120x40' 'keys 2/dummy<Enter>' text 'keys m' text 'keys <Esc>L' text
	says "Load        would not load: the kernel is locked down"
	says "Load               would not load: the kernel is locked down (integrity), so that it insists on"
	says "FAIL signature: the kernel is locked down (integrity)"
}

@test "no command is given an option of the browser that it does not have" {
	local command

	cp -a "$MACHINE/r/lib/modules/6.1.0-test" "$MACHINE/r/lib/modules/6.5.0"
	for command in autoload check config deps devices diff help info kernels list log needs params provides \
		search status symbols users version why; do
		play 'keys K<Up><Enter>' "keys :$command<Space>-v<Enter>" text
		says "kmtool $command"
		says_not "does not take"
	done
}

@test "all configuration files are saved, restored by a plan, and taken back" {
	local clear='<C-u>' file=$MACHINE/r/saved

	play 'size 120x40' fake "keys 4S${clear}config<Space>backup<Space>$file<Enter>" text \
		'shell echo "blacklist loop" >>etc/modprobe.d/audio.conf' \
		'shell rm etc/modprobe.d/printers.conf' \
		'shell echo "options dummy numdummies=2" >etc/modprobe.d/since.conf' \
		"keys xO${clear}config<Space>restore-backup<Space>$file<Enter>" text \
		'keys <Tab><Enter>' text 'shell cat etc/modprobe.d/*.conf >restored' 'keys <C-r><Tab><Enter>' text
	says "saved 2 files of /etc/modprobe.d and /etc/modules-load.d in $file"
	says "-blacklist loop"
	says "+blacklist usblp"
	says "-options dummy numdummies=2"
	says "Done: config restore-backup"
	[[ $(<"$MACHINE/r/restored") == *"blacklist usblp"* && $(<"$MACHINE/r/restored") != *loop* ]]
	[ "$(cat "$MACHINE/r/etc/modprobe.d/since.conf")" = "options dummy numdummies=2" ]
	[ ! -e "$MACHINE/r/etc/modprobe.d/printers.conf" ]
	tail -n 1 "$MACHINE/r/etc/modprobe.d/audio.conf" | grep -qx "blacklist loop"
}

@test "what could not be unloaded is not loaded again, by no other way either" {
	echo "not a module" >"$MACHINE/r/loop.ko"
	play fake 'loaded loop 0' 'fail remove loop 11' 'keys /loop<Enter>R<Tab><Enter>' text calls
	says "Failed: reload loop"
	says "remove loop"
	says_not "insert"
}

@test "what goes for a reload comes back, also in the command that is shown" {
	echo 'remove snd_pcm drop-it' >"$MACHINE/r/etc/modprobe.d/drop.conf"
	play fake 'needs snd_pcm snd' 'loaded snd 0' 'loaded snd_pcm 0' 'size 120x40' \
		'keys /snd<Enter>R<Tab><Tab><Tab><Enter>' text
	says "insert  snd_pcm"
	says "= kmtool reload --dependents snd"
}

@test "what is typed is a name, never a command" {
	local name='x;touch${IFS}pwned;`touch<Space>pwned`'

	play fake "keys :load<Space>$name<Enter>" text 'keys <Tab><Enter><Esc>' \
		"keys :unload<Space>$name<Enter><Tab><Enter><Esc>" "keys :block<Space>$name<Enter><Tab><Enter>" calls
	[ ! -e "$MACHINE/r/pwned" ]
	says "no module, built-in or alias 'x;touch"
	# The command that is shown is quoted: pasted into a shell it does nothing else.
	says "= kmtool load 'x;touch"
	[[ $output == *calls: ]]
}

@test "parameters are seen, loaded with, and set while it runs" {
	play fake 'keys 2/loop<Enter>L<Tab><Tab><Enter>max_loop=8<Enter>' text 'keys <Tab><Enter><Enter>' calls
	says "load loop with max_loop=8"
	says "= kmtool load loop max_loop=8"
	says "loop.ko max_loop=8"
	play fake 'loaded snd_hda_intel 0' 'keys /hda<Enter>]' text
	says "power_save"
	play fake 'keys :load<Space>loop<Space>nonesuch=8<Enter>' text
	says "loop has no parameter 'nonesuch'"
}

@test "a block is for one module by its whole name, in a file of its own, and can be taken back" {
	echo "blacklist snd_hda_intel" >>"$MACHINE/r/etc/modprobe.d/printers.conf"
	cp "$MACHINE/r/etc/modprobe.d/printers.conf" "$MACHINE/before"
	play fake 'keys 2/snd<Enter>B' text 'keys <Tab><Enter>'
	says "Plan: block snd "
	[ -e "$MACHINE/r/etc/modprobe.d/kmtool-block-snd.conf" ]
	cmp "$MACHINE/before" "$MACHINE/r/etc/modprobe.d/printers.conf"
	# Whether it was there already is seen in the list of lines, with their places.
	play 'keys 4' text
	says "printers.conf:1"
	play fake 'keys 2/snd<Enter>B' text 'keys <Tab><Enter>'
	says "Plan: unblock snd "
	[ ! -e "$MACHINE/r/etc/modprobe.d/kmtool-block-snd.conf" ]
}

@test "a plan that was looked at does not come to be another one while one looks away" {
	play fake 'needs snd_pcm snd' 'loaded snd 0' 'loaded snd_pcm 0' 'keys /snd<Enter>U<Tab>' text \
		"shell sed -i '/^snd_pcm/d; s/1 snd_pcm,/0 -/' proc/modules" tick tick tick tick tick text 'keys <Enter>' calls
	says "snd is in use by snd_pcm"
	says "The machine has changed"
	says "1  remove  snd  requested"
	[[ $output == *calls: ]]
	# Keys that move the list do not reach it below the dialog.
	play fake 'loaded snd_pcm 0' 'loaded dummy 0' 'keys UjjG<Tab><Enter>' calls
	says "remove dummy"
	says_not "remove snd_pcm"
	play fake 'loaded snd_pcm 0' 'loaded dummy 0' 'keys UjjG<Esc>' text
	says ">dummy"
}

@test "an empty list, no list at all, and text that is no text end nothing" {
	local key

	for key in m '<F9>' L U R B P W D '<Space>' '*' '<Enter>' ] '[' y e t '<F6>' n; do
		play "shell : >proc/modules" "keys 1\\none<Enter>$key<Esc>$key" text
		setup
	done
	rm "$MACHINE/r/proc/modules"
	play 'keys m' text 'keys <Esc>1' text
	says "was built without support for loadable modules"
	setup
	mkdir -p "$MACHINE/r/dev"
	printf '6,1,1,-;\377\376 \033[2J\n' >"$MACHINE/r/dev/kmsg"
	play 'keys 2/hostile<Enter>' text 'keys 5' text
	says '\x1b[31mred'
	says '\xff\xfe'
}

@test "the list is right by itself when something comes or goes" {
	play 'keys j' "shell sed -i '/^llc /d' proc/modules; echo 'zram 36864 0 - Live 0x0' >>proc/modules" tick \
		'keys G' text 'keys /llc<Enter>' text
	says ">zram             36K     0 L+"
	grep -Eq '^>llc +x$' <<<"$output"
}

@test "moving reads nothing; what is read comes when the keys rest, once" {
	local reads before

	play 'keys jjjjjjjjjjjjjjkkkkkkkkkkkkkkkkkkkkjjj' glance
	says "reading ..."
	play "keys $(printf 'jk%.0s' {1..500})" text
	says "kernel/net/bridge/bridge.ko"
	command -v strace >/dev/null || skip "strace is not installed"
	count() {
		printf '%s\n' rest "$1" | strace -f -e trace=open,openat,openat2,execve,clone,fork,vfork \
			-o "$MACHINE/trace" "$top_builddir/tests/tui/replay" "$MACHINE/r" >/dev/null
		wc -l <"$MACHINE/trace"
	}
	before=$(count 'keys j')
	reads=$(count "keys $(printf 'j%.0s' {1..10}) $(printf 'kj%.0s' {1..500})")
	[ "$before" = "$reads" ]
}

@test "all of it can be seen: available, built in, configured, live values, state, users, signature" {
	play text 'keys 2' text 'keys 3' text 'keys 4' text 'keys 1/hda<Enter>' text 'keys ]' text 'keys ]' text \
		'keys ]' text 'keys ]' text 'keys ]' text 'keys ]' text 'keys ]' text 'keys /keep<Enter>[[[[[[[' text \
		'keys /vendor<Enter>' text
	says "[2 Available"
	says "[3 Built-in"
	says "[4 Config"
	says "shadowed"            # what becomes of a line
	says "snd_hda_intel"
	says "[Params 5]"
	says "xint"
	says "[Deps]"
	says "[Alias 4]"
	says "0000:00:1f.3"        # the device that an alias is for
	says "[Sym"
	says "snd_pcm_new"
	says "[Cfg 2]"
	says "audio.conf:2"
	says "[Sect"
	says ".modinfo"
	says "[Sig]"
	says "it has no exit function"
	says "POE"
	# Any order, at any time; Escape takes a filter away, and never quits.
	play 'keys <F6><Down><Enter>' text 'keys \snd<Enter><Esc><Esc><Esc><Esc>' text
	says "SIZEv"
	says "[1 Loaded 16]"
	says_not "quit"
}

@test "names are whole at 80 columns, and too little room is said" {
	play 'size 80x24' "shell echo 'a_name_of_thirty_five_letters_abcde 16384 0 - Live 0x0' >>proc/modules" \
		'keys r/thirty<Enter>' text 'keys 2' text
	says "a_name_of_thirty_five_letters_a"
	play 'size 20x6' text 'size 1x1' text 'size 80x24' text
	says "terminal too smal"
	says "[1 Loaded 17]"
	# Wide characters take two columns each: what is too long for the line is cut before its end.
	mkdir -p "$MACHINE/r/dev"
	printf '6,1,1,-;%s\n' "$(printf '日%.0s' {1..60})" >"$MACHINE/r/dev/kmsg"
	play 'keys 5' text
	says "日日日"
	[ "$(wc -L <<<"$output")" -le 80 ]
}

@test "the command of a plan for another root names it, and changes nothing" {
	play 'keys 2/dummy<Enter>L' text
	says "= kmtool load --dry-run --root $MACHINE/r dummy"
	"$top_builddir/kmtool" load --dry-run --root "$MACHINE/r" dummy
	play 'keys BB' text
	says_not "--dry-run"
	play 'keys <Space><F9>' text
	says "for the tagged module"
}

@test "the command is shown before it is run, and what can be done is a menu" {
	play fake 'loaded dummy 0' 'keys U' text calls 'keys <Esc><F9>' text 'size 120x40' \
		"shell mkdir -p dev; echo '6,1,1,-;the newest line' >dev/kmsg" 'keys <Esc>r' text
	says "= kmtool unload dummy"
	says_not "remove dummy"$'\n'
	says "U  Unload"
	says "D  Remove setting"
	says "the newest line"
	# What is chosen at first is to do nothing.
	play fake 'loaded dummy 0' 'keys U<Enter>U<Space>' text calls
	says ">dummy"
	[[ $output == *calls: ]]
}

@test "the count of a search is right when files of modules are read after its first letter" {
	local early

	play 'keys /h' text
	early=$(grep -o '([0-9]* of [0-9]*)' <<<"$output")
	play 'keys /' text 'keys h' text
	[ -n "$early" ] && says "$early"
}
