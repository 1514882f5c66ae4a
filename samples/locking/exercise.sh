# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_locking; cd /sys/kernel/debug/km_locking'

say "Two threads increment a number, a hundred times each."
try 'cat race'

say "A list protected by RCU. Writing an existing key replaces the entry by a copy."
try 'for i in 1 2 2 2 3; do echo $i >write; done; cat entries'
try 'echo 2 >remove; echo 2 >remove; cat entries'

say "Five hundred changes while another process reads: no reader sees an inconsistent entry, which"\
	"would be a line of another form."
try 'for i in {1..60}; do cat entries; done >/tmp/seen & for i in {1..500}; do echo 3 >write; done; wait'
try 'grep -vc "^key [13], version [0-9]*$" /tmp/seen; tail -n 1 entries'

say "Run-time checks of locking. Debian's kernels have neither; debug kernels have both."
try 'cat checks'

say "spin_lock() and kfree_rcu() are inline or macros: these are the functions that the module calls."
try 'kmtool provides -o query,module mutex_lock _raw_spin_lock kvfree_call_rcu'
try 'cd /; kmtool unload km_locking'
