# SPDX-License-Identifier: GPL-2.0-only
# For sed -E: takes out of what the exercises print whatever differs from run to run, or from kernel to
# kernel: addresses, times, places of files.
# The kernel wonders at its clocks when the machine below it is busy.
/^(kern +:[a-z]+ *: )?(hrtimer|perf|clocksource|sched): /d
# modprobe of kmod 30 tries a compressed file as it is, before it unpacks it.
/^Invalid ELF header magic/d
s/0x[0-9a-f]+/ADDRESS/g
s,/lib/modules/[^ ]*/,TREE/,
s/[0-9]+\.[0-9]+\.[0-9]+[-+][a-z0-9.+-]*amd[0-9]+/RELEASE/g
# Where modules_install puts what is not the kernel's own was renamed in 6.3.
s,(extra|updates)/,EXTRA/,
s/\.ko\.(xz|zst|gz)/.ko/
/^vmalloc:/s/[0-9]+ breaks/N breaks/
s/(least|median|most) [0-9]+/\1 N/g
# A process: its number.
s/( is open in [a-z]+) \([0-9]+\)/\1 (PID)/
/^GFP_(NOWAIT|ATOMIC): /s/[1-9][0-9]* pages/N pages/
/^no lock: /s/[0-9]+ of/N of/
s/^((rbtree|xarray|radix|rhashtable) +(dense|sparse) +[0-9]+)( +[0-9]+){4}/\1 N N N N/
