# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_gfp; cd /sys/kernel/debug/km_gfp'

say "The flags select the highest zone allowed. All memory of this machine is below 4 GiB, so zone"\
	"Normal is empty. HIGHMEM exists only on 32-bit machines."
try 'cat zones'
try 'awk "/^Node/ { zone = \$4 } /managed/ { print zone, \$2 ? \"has pages\" : \"is empty\" }" /proc/zoneinfo'

say "Allocate all memory, page by page, without sleeping. GFP_NOWAIT fails first. GFP_ATOMIC may use"\
	"a reserve, then it fails as well."
try 'cat pressure'

say "The parameter limits it, for machines with more memory."
try 'echo 100 >/sys/module/km_gfp/parameters/most; cat pressure'
try 'kmtool params --no-headings -o name,type,value,mode km_gfp'
try 'cd /; kmtool unload km_gfp'
