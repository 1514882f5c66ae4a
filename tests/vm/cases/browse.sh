# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The browser on a terminal of the real kernel: what it does is looked at from outside, and what is done outside
# is seen in it.
. "${0%/*}/lib.sh"

tm() {
	tmux -u -f /dev/null -S /tmp/browse "$@"
}

keys() {
	tm send-keys "$@"
}

screen() {
	tm capture-pane -p
}

# until_shown NAME PATTERN, until_true NAME COMMAND...: an emulated machine is slow, so there is time.
until_shown() {
	local end=$((SECONDS + 20))

	until screen | grep -Eq -e "$2" || [ $SECONDS -ge $end ]; do
		sleep 0.1
	done
	out=$(screen)
	matches "$1" "$2"
}

until_true() {
	local name=$1 end=$((SECONDS + 20))

	shift
	until "$@" || [ $SECONDS -ge $end ]; do
		sleep 0.1
	done
	out=$(screen)
	if "$@"; then
		ok "$name"
	else
		not_ok "$name" "not within 20 seconds: $*"
	fi
}

until_gone() {
	until_true "$1" shows_not "$2"
}

# shellcheck disable=SC2317 # until_true calls these
shows_not() {
	! screen | grep -Eq -e "$1"
}

# shellcheck disable=SC2317
has_count() {
	[ "$(cat /sys/module/km_params/parameters/count)" = "$1" ]
}

# shellcheck disable=SC2317
no_session() {
	! tm has-session 2>/dev/null
}

# search VIEW NAME: the bar on that module of that view.
search() {
	keys "$1" Home /
	keys -l "$2"
	keys Enter
	until_shown "$2 is found" ">$2 "
}

if ! command -v tmux >/dev/null || ! command -v kmtool-browse >/dev/null; then
	skip "the browser" "tmux or the browser is not here"
	finish
fi
blocked=/etc/modprobe.d/kmtool-block-dummy.conf
export TERM=screen
tm new-session -d -x 100 -y 40 "kmtool browse"
until_shown "it opens, and says which kernel this is" "kmtool  $(uname -r)"

search 2 dummy
keys L
until_shown "L shows a plan" "Plan: load dummy"
check "and loads nothing" not_loaded dummy
keys Tab Tab Enter
keys -l "numdummies=3"
keys Enter
until_shown "with a parameter" "kmtool load dummy numdummies=3"
keys Tab Enter
until_true "Run loads it" loaded dummy
until_true "with its parameter" test -e /sys/class/net/dummy2
until_shown "and says so" "loaded dummy"

kmtool load llc >/dev/null
keys 1
until_shown "what is loaded outside is seen without a key" "[> ]llc "
kmtool unload llc >/dev/null
until_gone "what is unloaded outside goes" "[> ]llc "

kmtool load km_params >/dev/null
search 1 km_params
keys "]" P
until_shown "the parameters are shown" "count +1 +1 +int"
keys G Enter
keys C-u
keys -l 42
keys Enter
until_shown "another value is planned" "kmtool params km_params count=42"
same "and not set" 1 "$(cat /sys/module/km_params/parameters/count)"
keys Tab Enter
until_true "Run sets it" has_count 42
until_shown "and tells what it was" "was 1"

kmtool load br_netfilter >/dev/null
search 1 br_netfilter
keys U
until_shown "U shows a plan" "Plan: unload br_netfilter"
keys BTab Enter
until_shown "with unused dependencies" "remove +llc"
check "nothing is unloaded by looking" loaded br_netfilter
keys Tab Tab Enter
until_true "Run unloads the chain" not_loaded br_netfilter
until_true "to its end" not_loaded llc
until_shown "and says so, too" "Done: unloaded br_netfilter"

# The controller for power management that every machine of this kind has, and nothing has loaded a driver for.
device=0000:00:01.3
keys 6 Home
until_shown "devices that could be driven come first" ">loadable +pci +$device .* i2c_piix4"
until_shown "the details say so" "No driver is bound. i2c_piix4 claims it and is not loaded"
keys L
until_shown "L is about what claims it" "Plan: load i2c_piix4"
keys Tab Enter
until_true "Run loads it" loaded i2c_piix4
until_true "and the kernel binds it" test -e /sys/bus/pci/drivers/piix4_smbus/$device
until_shown "the bar goes with the device to those that are bound" ">bound +pci +$device .*piix4_smbus"
keys Enter
until_shown "Enter leads to the module" ">i2c_piix4 "
keys "<"
until_shown "and back" ">bound +pci +$device "
echo $device >/sys/bus/pci/drivers/piix4_smbus/unbind
until_shown "a driver that is taken away outside is seen without a key" ">unbound +pci +$device "
check "the command line says the same" grep -q "^unbound	pci	$device	" <(kmtool devices --raw $device)
kmtool unload i2c_piix4 >/dev/null
until_shown "and so is its module" ">loadable +pci +$device "

kmtool load km_busy >/dev/null
exec 3</dev/km_busy
search 1 km_busy
keys U
until_shown "a busy module: its users are named" "/dev/km_busy is open in bash \\([0-9]+\\)"
keys Tab Enter
sleep 1
check "and it stays" loaded km_busy
exec 3<&-
# By itself: with another key behind it, it would be Alt.
keys Escape
until_gone "Escape closes the plan" "Plan: unload"

clean_up
search 2 dummy
keys B
until_shown "B shows a plan" "kmtool block dummy"
keys Tab Enter
until_true "Run blocks it" test -s $blocked
expect not0 "modprobe does not load it now" -- modprobe dummy
check "it is not there" not_loaded dummy
until_shown "and is told" "Done: block"
keys Enter B
until_shown "B takes it back" "kmtool unblock dummy"
keys Tab Enter
until_true "the file is gone" test ! -e $blocked
until_shown "and says that, too" "Done: unblock"
check "modprobe loads it again" modprobe dummy

ip link add live0 type bridge
ip link set live0 up
search 1 bridge
keys "["
until_shown "a live interface is named" "drives network interface live0"
check "and not called unused" shows_not "nothing uses it"
ip link delete live0

conf=/etc/modprobe.d/browse-install.conf
echo 'install km_params read x; echo "said by it"; sleep 3; modprobe --ignore-install km_params' >$conf
search 2 km_params
keys L
until_shown "an install command is planned" "Plan: load km_params"
keys Tab Enter
until_shown "the screen goes on while it runs" "running 1 of [0-9]+: [a-z]+ km_params, [1-9]"
until_true "it waits for nothing to read" loaded km_params
until_shown "what it prints is told" "said by it"
until_shown "and what came of it" "Done: load km_params"
keys Escape
until_gone "which Escape closes, too" "Done: load km_params"
rm $conf

echo integrity >/sys/kernel/security/lockdown
keys r
search 2 km_busy
until_shown "lockdown is told before the plan" "would not load: the kernel is locked down"
keys L
until_shown "and in it" "FAIL signature: the kernel is locked down"
keys Escape
until_gone "which Escape closes" "Plan: load km_busy"
keys q
until_true "q ends it" no_session
clean_up
finish
