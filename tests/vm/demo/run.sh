# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What quickstart shows in the test machine: real modules of a real kernel come and go. Ends with 1
# when something did not go as it says.
wrong=0
if [ -e /t/terminal ]; then
	# shellcheck source=/dev/null # vm writes it
	. /t/terminal
else
	export NO_COLOR=1
fi

# show STATUS COMMAND...: prints the command as it would be typed, runs it, and minds its status.
show() {
	local want=$1 status

	shift
	printf '\n$ %s\n' "$*"
	"$@" 2>&1
	status=$?
	[ "$status" -eq 0 ] || echo "(exit status $status)"
	if [ "$status" -ne "$want" ]; then
		echo "demo: exit status $status, expected $want"
		wrong=1
	fi
}

echo "Linux $(uname -r), a machine of its own: no module is loaded yet."
show 0 kmtool load -n br_netfilter
show 0 kmtool load br_netfilter
show 0 kmtool list
show 0 kmtool unload --unused-deps br_netfilter
show 0 kmtool list

printf '\nA module that was built for another kernel is refused, and the reason is told:\n'
show 1 kmtool load /m/other_abi/km_hello.ko
exit "$wrong"
