# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The init function fails: the module is not loaded, and the process that loads it gets the"\
	"error. modprobe prints it, kmtool also explains it."
try 'modprobe km_faults fail=19'
try 'kmtool load km_faults fail=19'
try 'kmtool load km_faults fail=12'
try 'grep km_faults /proc/modules'

say "17 is EEXIST, which is also the kernel's error for a module that is loaded already. modprobe"\
	"takes it for that and reports success. Nothing was loaded."
try 'modprobe km_faults fail=17; echo $?'
try 'kmtool load km_faults fail=17'

say "A symbol that nothing exports: the module is refused before any of its code runs."
try 'insmod $(modinfo -n km_faults_symbol)'
try 'kmtool load km_faults_symbol'

say "The init function returns a positive number, which has no meaning. The kernel treats it as"\
	"success and logs a warning with a stack trace."
try 'kmtool load km_faults positive=5'
try 'dmesg -t -c | grep suspiciously'
try 'kmtool unload km_faults'

say "A reference that is never dropped: in use until reboot, and no user can be found."
try 'modprobe km_faults leak_reference=1'
try 'rmmod km_faults'
try 'kmtool unload km_faults'
try 'grep km_faults /proc/modules | cut -d " " -f 1,3,4'

say "A module without an exit function is permanent."
try 'modprobe km_faults_stuck'
try 'kmtool unload km_faults_stuck'
try 'grep km_faults_stuck /proc/modules | cut -d " " -f 1,3-5'
