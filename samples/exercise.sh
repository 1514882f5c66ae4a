# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by every exercise: shows commands as they would be typed, with what they print. An exercise
# runs in the laboratory, as root; it unloads what it loaded.

# say TEXT...: what the next commands are about.
say() {
	printf '\n'
	printf '%s\n' "$*" | fold -s -w 90 | sed 's/ *$//; s/^/# /'
}

# try COMMAND: shows the command, and runs it in this shell, so that "cd" lasts. The shell names itself
# and the line when it reports an error; a person's would say "bash".
try() {
	printf '$ %s\n' "$1"
	eval "$1" >/tmp/exercise.out 2>&1
	sed -E 's/^[^ ]*exercise\.sh: (eval: )?line [0-9]+: /bash: /' /tmp/exercise.out
}
