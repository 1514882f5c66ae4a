# SPDX-License-Identifier: GPL-2.0-or-later
# The browser on a real terminal: tmux is one that can be asked what it shows. Nothing sleeps for a fixed time:
# each step waits, with a deadline, for what it expects.

load ../bats
export LC_ALL=C.UTF-8 TERM=xterm-256color

setup_file() {
	export MACHINE
	MACHINE=$(mktemp -d /tmp/kmtool-tui.XXXXXX)
	"$top_builddir/tests/tui/mkroot" "$MACHINE"
	"$top_builddir/kmtool" index --root "$MACHINE"
}

teardown_file() {
	rm -rf "$MACHINE"
}

# A shell on a terminal of 80x24.
setup() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	# TERM inside of the terminal is what a test sets.
	tm -f /dev/null new-session -d -x 80 -y 24 "env PS1='ready> ' XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config bash --norc --noprofile"
	wait_for "ready>"
	type_line "ulimit -c 0; stty -a >$BATS_TEST_TMPDIR/before; echo noted"
	wait_for "^noted"
	type_line clear
}

teardown() {
	if command -v tmux >/dev/null; then
		tm kill-server || true
	fi
}

tm() {
	tmux -S "$BATS_TEST_TMPDIR/socket" "$@"
}

keys() {
	tm send-keys "$@"
}

type_line() {
	keys -l "$1"
	keys Enter
}

screen() {
	tm capture-pane -p
}

# wait_until COMMAND...: until it succeeds; fails with the screen after 20 seconds.
wait_until() {
	local end=$((SECONDS + 20))

	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "waited in vain for: $*"
			screen
			return 1
		}
		sleep 0.05
	done
}

shows() {
	screen | grep -q -e "$1"
}

shows_not() {
	not shows "$1"
}

has_colors() {
	tm capture-pane -p -e | grep -q -E $'\033\\[[0-9;]*3([0-7]m|8;5;)'
}

has_more_than_ascii() {
	screen | LC_ALL=C grep -q $'[\200-\377]'
}

links_ncurses() {
	ldd "$1" | grep -q ncurses
}

wait_for() {
	wait_until shows "$1"
}

start() {
	# The pid is that of the browser: each step becomes the next one.
	type_line "sh -c 'echo \$\$ >$BATS_TEST_TMPDIR/pid; exec $top_builddir/kmtool browse --root $MACHINE $*'"
	wait_for "F1Help"
}

# asked FORMAT: what the terminal itself knows.
asked() {
	tm display-message -p "$1"
}

on_alternate_screen() {
	[ "$(asked '#{alternate_on}')" = "$1" ]
}

# After the browser: the shell's screen, the cursor, the modes of the tty.
is_restored() {
	wait_until on_alternate_screen 0
	[ "$(asked '#{cursor_flag} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag}')" = "1 0 0 0" ]
	type_line "stty -a >$BATS_TEST_TMPDIR/after; echo compared"
	wait_for "^compared"
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "a change of the configuration is shown by itself, soon and without a key" {
	start
	keys 4
	wait_for "4 Config"
	shows_not "by_another_hand"
	echo 'options loop by_another_hand=1' >"$MACHINE/etc/modprobe.d/zz-live.conf"
	wait_for "by_another_hand"
	rm "$MACHINE/etc/modprobe.d/zz-live.conf"
	wait_until shows_not "by_another_hand"
	keys q
}

@test "shows the machine, obeys keys, quits, leaves the terminal as it was" {
	start
	wait_for "1 Loaded 16"
	wait_until on_alternate_screen 1
	wait_for "kernel/net/bridge/bridge.ko"
	keys Down
	wait_for ">btrfs"
	keys PageDown
	wait_for "12/16"
	keys F10
	is_restored
}

@test "function keys work on every kind of terminal, as do their stand-ins" {
	local term key

	for term in xterm xterm-256color screen screen-256color linux vt100 tmux; do
		type_line "export TERM=$term; clear"
		start
		# What this terminal sends, whatever tmux itself would.
		key=$(tput -T "$term" kf1 | od -An -tx1 | tr -d '\n')
		# shellcheck disable=SC2086 # a list of bytes
		keys -H $key
		wait_for "Keys of kmtool browse"
		keys Escape
		wait_until shows_not "Keys of kmtool browse"
		keys M-1
		wait_for "Keys of kmtool browse"
		keys x
		wait_until shows_not "Keys of kmtool browse"
		keys q
		wait_for "ready>"
	done
	type_line "export TERM=xterm-256color"
	is_restored
}

# What xterm, rxvt, PuTTY, the Linux console, screen and tmux send for keys beyond those of $TERM, and what a
# terminal answers.
sequences=('[1;2A' '[1;5B' '[1;3C' '[1;6D' 'Oa' '[b' 'O5C' '[1;2H' '[1;5F' '[7~' '[8~' '[7$' '[8^' '[1~' '[4~' '[2;5~' '[3;2~'
	'[3$' '[5;5~' '[6^' '[5$' '[[A' '[[C' '[25~' '[18;2~' '[19;5~' '[21;3~' '[1;2Q' 'O2P' '[34~' 'Oq' 'Oy' '[?1;2c' '[I'
	'[113;5u' '[27;5;113~' ']11;rgb:ffff/ffff/ffff\' 'P1$r0q\')

# closes PATTERN: what shows it is there, and Escape closes it.
closes() {
	wait_for "$1"
	keys Escape
	wait_until shows_not "$1"
}

@test "what no terminal type knows is one key: no view, plan, tag or text comes of it" {
	local term sequence hex

	# On a busy machine a sequence comes in parts.
	type_line "export ESCDELAY=1000"
	for term in xterm-256color screen-256color linux vt100 tmux rxvt; do
		infocmp "$term" >/dev/null 2>&1 || continue
		type_line "export TERM=$term; clear"
		start
		for sequence in "${sequences[@]}"; do
			hex=$(printf '\033%s' "${sequence//\\/$'\a'}" | od -An -tx1 | tr -d '\n')
			# shellcheck disable=SC2086 # a list of bytes
			keys -H $hex
			# Two are function keys of the Linux console.
			case $sequence in
			'[[A') closes "Keys of kmtool browse" ;;
			'[[C') closes "search:" ;;
			esac
		done
		keys End
		wait_for "16/16"
		shows "1 Loaded 16"
		shows_not "tagged"
		shows_not "Run"
		keys Home
		wait_for "1/16"
		keys q
		wait_for "ready>"
	done
	type_line "export TERM=xterm-256color; unset ESCDELAY"
}

# More of it: KMTOOL_FLOOD=100000.
@test "random escape sequences, pastes, presses and bytes leave it standing" {
	local seed

	cd "$BATS_TEST_TMPDIR"
	export EDITOR=true VISUAL=true XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
	for seed in 1 2; do
		cp -a "$MACHINE" root
		run -0 "$top_builddir/tests/tui/flood" $seed "${KMTOOL_FLOOD:-800}" \
			"$top_builddir/kmtool-browse" --readonly --root root
		rm -rf root
	done
}

# paste TEXT: as a terminal sends it that was asked to mark what is pasted.
paste() {
	tm set-buffer "$1"
	tm paste-buffer -p
}

@test "pasted text is no command; a prompt takes its first line" {
	start
	paste $'2Uq\nL'
	keys Down
	wait_for "2/16"
	wait_for "1 Loaded 16"
	shows_not "Run"
	keys /
	wait_for "Search"
	paste $'loop\nq'
	wait_for "search: loop"
	keys Escape
	wait_until shows_not "search: loop"
	keys q
	is_restored
}

@test "every signal that ends it leaves the terminal as it was" {
	local signal

	for signal in HUP INT QUIT TERM PIPE SEGV BUS ILL FPE ABRT SYS TRAP USR1 USR2 ALRM VTALRM PROF IO XCPU XFSZ; do
		start
		kill -s $signal "$(cat "$BATS_TEST_TMPDIR/pid")"
		is_restored
		type_line clear
	done
}

@test "ctrl-z and SIGTSTP stop it, fg comes back to the same place" {
	start
	keys Down
	wait_for ">btrfs"
	keys C-z
	wait_for "Stopped"
	wait_until on_alternate_screen 0
	type_line fg
	wait_for ">btrfs"
	wait_until on_alternate_screen 1
	kill -s TSTP "$(cat "$BATS_TEST_TMPDIR/pid")"
	wait_for "Stopped"
	type_line fg
	wait_for ">btrfs"
	keys q
	is_restored
}

@test "follows the size of the terminal" {
	start
	tm resize-window -x 120 -y 40
	wait_for "│─ bridge"
	tm resize-window -x 40 -y 10
	wait_for "terminal too small (need 60x12)"
	tm resize-window -x 1 -y 1
	tm resize-window -x 80 -y 24
	wait_for ">bridge"
	keys q
	is_restored
}

@test "sees by itself what is loaded and unloaded" {
	start
	wait_for "kernel/net/bridge/bridge.ko"
	sed -i '1i appeared 16384 0 - Live 0x0' "$MACHINE/proc/modules"
	wait_for "appeared"
	wait_for "1 Loaded 17"
	sed -i 1d "$MACHINE/proc/modules"
	wait_until shows_not "appeared"
	keys q
	is_restored
}

@test "NO_COLOR, --color never: no colours, and all is readable" {
	type_line "export NO_COLOR=1"
	start
	not has_colors
	keys q
	wait_for "ready>"
	type_line "unset NO_COLOR; clear"
	start --color never
	not has_colors
	keys q
	wait_for "ready>"
	type_line clear
	start
	wait_until has_colors
	keys q
	is_restored
}

# has_look SGR TEXT: whether TEXT stands on the screen in that look.
has_look() {
	tm capture-pane -p -e | grep -q $'\033\\['"$1m$2"
}

@test "colours are those for the terminal's background; own ones come first" {
	tm set-option -g window-style "bg=#fdf6e3"
	start
	wait_until has_look "38;5;130" "\[1 Loaded"
	keys q
	wait_for "ready>"
	tm set-option -g window-style "bg=#002b36"
	type_line clear
	start
	wait_until has_look "38;5;221" "\[1 Loaded"
	keys q
	wait_for "ready>"
	tm set-option -g window-style "bg=default"
	mkdir -p "$BATS_TEST_TMPDIR/config/kmtool"
	echo 'color.tab = 33' >"$BATS_TEST_TMPDIR/config/kmtool/browse.conf"
	type_line "export COLORFGBG='0;15'; clear"
	start
	wait_until has_look "38;5;33" "\[1 Loaded"
	# Of the light scheme.
	wait_until has_look "38;5;28" L
	keys q
	is_restored
}

# guide_is_dim PATTERN: the lines of the tree in the first row that has it.
guide_is_dim() {
	tm capture-pane -p -e | grep -m 1 -e "$1" | sed 's/─.*//' | grep -q $'\033\\[0;2m'
}

@test "the bar is of one colour, over the lines of a tree, too" {
	start
	keys t
	wait_for "^>├─ bridge"
	wait_until guide_is_dim "└─.*stp"
	not guide_is_dim "├─.*bridge"
	keys q
}

@test "--ascii and other locales: no line drawing" {
	start --ascii
	not has_more_than_ascii
	keys q
	wait_for "ready>"
	type_line "export LC_ALL=C; clear"
	start
	not has_more_than_ascii
}

@test "it starts with the view, the order and the filter that are asked for" {
	run -2 "$top_builddir/kmtool" browse --root "$MACHINE" --view nonesuch
	[[ $output == *"--view takes one of auto, loaded, available"*"'nonesuch'"* ]]
	run -2 "$top_builddir/kmtool" browse --root "$MACHINE" --sort nonesuch
	[[ $output == *"no column 'nonesuch', only name, size, refs, st, taint, holders"* ]]
	start --sort=-size
	wait_for "SIZEv"
	wait_for ">vendor_drm"
	keys q
	wait_for "ready>"
	type_line clear
	start --view devices --filter loadable
	wait_for "\[6 Devices"
	wait_for "filter: loadable (2 of 12)"
	keys q
	is_restored
}

@test "without a terminal, and on one that cannot do it, it says so and what to use instead" {
	run -2 "$top_builddir/kmtool" browse --root "$MACHINE" </dev/null
	[[ $output == *"the browser needs a terminal"*"kmtool list"* ]]
	type_line "TERM=dumb $top_builddir/kmtool browse --root $MACHINE; echo status \$?"
	wait_for "^status 2"
	wait_for "does not support this terminal type"
}

@test "an unknown type of terminal is taken for a common one" {
	type_line "export TERM=no-such-terminal; clear"
	start
	wait_for "Unknown terminal type"
	keys q
	wait_for "ready>"
}

@test "the command line itself needs no ncurses, and says when the browser is not there" {
	links_ncurses "$top_builddir/kmtool-browse"
	not links_ncurses "$top_builddir/kmtool"
	mkdir "$BATS_TEST_TMPDIR/alone"
	cp "$top_builddir/kmtool" "$BATS_TEST_TMPDIR/alone/"
	[ ! -e /usr/local/libexec/kmtool-browse ] || skip "a browser is installed"
	run -4 "$BATS_TEST_TMPDIR/alone/kmtool" browse
	[[ $output == *"the browser is not installed"*"kmtool list"* ]]
}

# mouse BUTTON COLUMN LINE: as a terminal reports it (xterm's mode 1006), counted from 1. A button is let go
# again, the wheel is not.
mouse() {
	keys -l "$(printf '\033[<%d;%d;%dM' "$1" "$2" "$3")"
	[ "$1" != 0 ] || keys -l "$(printf '\033[<%d;%d;%dm' "$1" "$2" "$3")"
}

mouse_is_taken() {
	[ "$(asked '#{mouse_any_flag}')" = "$1" ]
}

clipboard_has() {
	[ "$(tm show-buffer)" = "$1" ]
}

bar_on() {
	screen | grep -q "^>$1 "
}

@test "the mouse: a press, the wheel, a key's label; off when somebody says so" {
	type_line "export TERM=xterm-256color"
	start
	[ "$(asked '#{mouse_any_flag}#{mouse_sgr_flag}')" = 11 ]
	mouse 0 5 6
	wait_until bar_on keep
	mouse 65 5 6
	wait_until bar_on loop
	mouse 64 5 6
	wait_until bar_on keep
	mouse 0 4 24
	wait_for "Keys of kmtool browse"
	keys Escape
	wait_for "1 Loaded"
	keys q
	wait_for "ready>"
	wait_until mouse_is_taken 0
	start --no-mouse
	wait_until mouse_is_taken 0
	keys q
}

# Both arrive at once: the key is obeyed before the press, which was about what stood there before.
@test "a press on what has gone meanwhile does nothing" {
	start
	mouse 0 18 2
	wait_for '\[2 Available'
	keys 1
	wait_for '\[1 Loaded'
	keys -l "$(printf '?\033[<0;18;2M\033[<0;18;2m')"
	wait_for "Keys of kmtool browse"
	keys Escape
	wait_until shows_not "Keys of kmtool browse"
	wait_for '\[1 Loaded'
	keys q
}

# What curses takes for one gesture, or for none, must not make it wait for more.
@test "any button, and presses that come at once, leave it going on by itself" {
	local presses n=0

	type_line "export TERM=xterm-256color"
	start
	for presses in '\033[<2;40;23M\033[<2;40;23m' '\033[<0;40;23M\033[<0;40;23m' '\033[<1;40;23M' '\033[<66;40;23M' \
		'\033[<0;40;23M\033[<0;40;23m\033[<0;40;23M\033[<0;40;23m'; do
		n=$((n + 1))
		keys -l "$(printf "$presses")"
		echo "blacklist by_itself_$n" >"$MACHINE/etc/modprobe.d/zz-mouse.conf"
		keys 4
		wait_for "by_itself_$n"
		keys -l "$(printf "$presses")"
		echo "blacklist again_$n" >"$MACHINE/etc/modprobe.d/zz-mouse.conf"
		wait_for "again_$n"
	done
	rm "$MACHINE/etc/modprobe.d/zz-mouse.conf"
	keys q
}

# Somebody else holds the lock of the configuration: a plan that writes there waits for it.
hold_lock() {
	install -m 600 /dev/null "$MACHINE/etc/.kmtool-lock"
	exec {lock}>"$MACHINE/etc/.kmtool-lock"
	flock "$lock"
}

free_lock() {
	exec {lock}>&-
	rm -f "$MACHINE/etc/.kmtool-lock"
}

@test "while a plan runs the screen lives, Esc cancels, and what is typed is for nobody" {
	local lock

	hold_lock
	start
	keys /
	keys -l loop
	keys Enter
	wait_for "^>loop"
	keys B
	wait_for "Plan: block loop"
	keys Tab Enter
	wait_for "starting, [0-9]"
	echo 'lively 16384 0 - Live 0x0' >>"$MACHINE/proc/modules"
	keys Enter q 2 U Escape
	wait_for "cancelling, [1-9]"
	wait_for "1 Loaded 17"
	wait_for "Failed: block loop"
	wait_for "is locked by"
	wait_for '\[1 Loaded'
	keys Escape
	wait_until shows_not "is locked by"
	free_lock
	sed -i '/^lively/d' "$MACHINE/proc/modules"
	keys B
	wait_for "Plan: block loop"
	keys Tab Enter
	wait_for "Done: block loop"
	shows_not "Close"
	rm "$MACHINE/etc/modprobe.d/kmtool-block-loop.conf"
	keys q
	is_restored
}

@test "a command that only prints is shown as it goes, Esc ends it, Tab completes" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$top_builddir/kmtool-browse" "$BATS_TEST_TMPDIR/bin/"
	printf '#!/bin/sh\ncase $* in *follow*) echo first line; exec sleep 60 ;; esac\nexec %s "$@"\n' \
		"$top_builddir/kmtool" >"$BATS_TEST_TMPDIR/bin/kmtool"
	chmod +x "$BATS_TEST_TMPDIR/bin/kmtool"
	type_line "$BATS_TEST_TMPDIR/bin/kmtool-browse --root $MACHINE"
	wait_for "F1Help"
	keys :
	keys -l "log --follow"
	keys Enter
	wait_for "first line"
	wait_for "Esc ends it"
	keys q
	wait_for "Esc ends it"
	keys Escape
	wait_for "Any key closes"
	keys q
	wait_for "1/16"
	keys :
	keys -l "why btr"
	keys Tab
	wait_for ":why btrfs"
	keys Enter
	wait_for "─ kmtool why btrfs ─"
	wait_for "btrfs is loaded"
	wait_for "Any key closes"
	keys q
	wait_for "1/16"
	keys q
	is_restored
}

@test "settings are kept, what is not known in the file too" {
	start
	keys F2
	wait_for "Setup"
	keys Down Enter
	wait_for "Mouse *off"
	wait_until mouse_is_taken 0
	keys x End Home
	wait_for "Setup"
	[ ! -e "$BATS_TEST_TMPDIR/config/kmtool/browse.conf" ]
	keys Escape
	wait_until shows_not " Setup "
	keys q
	wait_for "ready>"
	[ "$(cat "$BATS_TEST_TMPDIR/config/kmtool/browse.conf")" = "mouse = off" ]
	printf '# mine\nfuture=1\nmouse=off\nview = config\n' >"$BATS_TEST_TMPDIR/config/kmtool/browse.conf"
	start
	wait_for "browse.conf:2: unknown setting"
	wait_for "\[4 Config"
	wait_until mouse_is_taken 0
	keys F2 Down Enter
	wait_for "Mouse *on"
	keys Escape
	wait_until shows_not " Setup "
	keys q
	wait_for "ready>"
	diff - "$BATS_TEST_TMPDIR/config/kmtool/browse.conf" <<-END
		# mine
		future=1
		mouse = on
		view = config
	END
}

@test "sort order, tree and panes are kept from one session to the next" {
	start
	keys t I +
	wait_for "^ *NAMEv"
	wait_for "└─ btrfs"
	keys q
	wait_for "ready>"
	diff - "$BATS_TEST_TMPDIR/config/kmtool/browse.conf" <<-END
		sort.loaded = -name
		tree = on
		split = 1
	END
	type_line clear
	start
	wait_for "^ *NAMEv"
	wait_for "└─ btrfs"
	# What the command line asks for is not kept.
	keys q
	wait_for "ready>"
	type_line clear
	start --sort=size
	wait_for "SIZE^"
	keys q
	wait_for "ready>"
	[ "$(head -n 1 "$BATS_TEST_TMPDIR/config/kmtool/browse.conf")" = "sort.loaded = -name" ]
}

@test "y hands the name to the terminal for its clipboard" {
	tm set-option -s set-clipboard on
	start
	keys Down y
	wait_for "Copied: btrfs"
	wait_until clipboard_has btrfs
	keys q
}

@test "e opens the line in the editor, and the browser comes back" {
	cat >"$BATS_TEST_TMPDIR/editor" <<-'END'
		#!/bin/sh
		printf 'editing %s of %s ' "$1" "$2"
		read -r line
	END
	chmod +x "$BATS_TEST_TMPDIR/editor"
	type_line "export EDITOR=$BATS_TEST_TMPDIR/editor"
	start
	keys 4
	wait_for "audio.conf:2"
	keys e
	wait_for "editing +2 of $MACHINE/etc/modprobe.d/audio.conf"
	wait_until on_alternate_screen 0
	wait_until mouse_is_taken 0
	keys Enter
	wait_for "\[4 Config"
	wait_until on_alternate_screen 1
	wait_until mouse_is_taken 1
	keys q
}

@test "vi gets the line in the way that busybox's knows, too" {
	printf '#!/bin/sh\necho "vi: $*"\nread -r line\n' >"$BATS_TEST_TMPDIR/vi"
	chmod +x "$BATS_TEST_TMPDIR/vi"
	type_line "unset VISUAL; export EDITOR=$BATS_TEST_TMPDIR/vi"
	start
	keys 4
	wait_for "audio.conf:2"
	keys e
	wait_for "vi: -c 2 $MACHINE/etc/modprobe.d/audio.conf"
	keys Enter
	wait_for "\[4 Config"
	keys q
}

@test "y finds the clipboard under tmux whatever its terminal type is" {
	tm set-option -s set-clipboard on
	type_line "export TERM=screen-256color; clear"
	start
	keys y
	wait_for "Copied: bridge"
	wait_until clipboard_has bridge
	keys q
}

@test "the screen in the README is of this browser" {
	cp "$top_srcdir/README.md" "$BATS_TEST_TMPDIR/"
	chmod u+w "$BATS_TEST_TMPDIR/README.md"
	KMTOOL_BUILD=$top_builddir "$top_srcdir/tests/tui/picture" "$BATS_TEST_TMPDIR"
	# tests/tui/picture makes it anew.
	diff "$top_srcdir/README.md" "$BATS_TEST_TMPDIR/README.md"
}

# Of a screen of 120x40 on standard input: names of views, columns of modules, names of keys; no numbers.
lettering() {
	sed -n '2p; 3s/│.*//p; 40p' | tr -d '0-9 '
}

# Text of a picture, a line for each line.
text_of() {
	python3 -c 'import sys, xml.dom.minidom as x
lines = {}
for t in x.parse(sys.argv[1]).getElementsByTagName("text"):
    y = int(t.getAttribute("y"))
    lines[y] = lines.get(y, "") + t.firstChild.data
print("\n".join(lines[y] for y in sorted(lines)))' "$1"
}

@test "the pictures in the README, of a real kernel, are of this browser" {
	local picture browser

	command -v python3 >/dev/null || skip "python3 is not installed"
	browser=$(printf 'size 120x40\nkeys t\ntext\n' | "$top_builddir/tests/tui/replay" "$MACHINE" | lettering)
	for picture in browse.svg browse-light.svg; do
		# tests/vm/picture makes them anew.
		diff <(echo "$browser") <(text_of "$top_srcdir/docs/$picture" | lettering)
		text_of "$top_srcdir/docs/$picture" | grep -q '│ *power_save *1 *10'
	done
}

# screens_of DIR: the text of the recorded session and of its picture, with the times.
screens_of() {
	sed 's/\\u001b\[[0-9;]*m//g; s/ *\\r\\n/\\r\\n/g' "$1/browse-session.cast"
	grep -o '>[^<]*</text>\|keyTimes="[^"]*"' "$1/browse-session.svg" | sed 's, *</text>,,'
}

# The screens and their times; how a terminal writes colours, and blanks to the end of a line, differs between versions of
# tmux.
@test "the recorded session is of this browser" {
	local here=$BATS_TEST_TMPDIR

	command -v python3 >/dev/null || skip "python3 is not installed"
	KMTOOL_BUILD=$top_builddir "$top_srcdir/tests/tui/record" "$here"
	# tests/tui/record makes it anew.
	diff <(screens_of "$top_srcdir/docs") <(screens_of "$here/docs")
	[ "$(grep -c '"o"' "$here/docs/browse-session.cast")" = 15 ]
	[ "$(grep -c '<animate ' "$here/docs/browse-session.svg")" = 14 ]
}
