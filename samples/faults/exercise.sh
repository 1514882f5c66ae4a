# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "Init fails: the module is not loaded, and whoever loads it gets the error. modprobe passes it"\
	"on, kmtool says where it comes from."
try 'modprobe km_faults fail=19'
try 'kmtool load km_faults fail=19'
try 'kmtool load km_faults fail=12'
try 'grep km_faults /proc/modules'

say "17, EEXIST, is also what the kernel says of a module that is loaded already, which is how"\
	"modprobe takes it: 0 is success. Nothing was loaded."
try 'modprobe km_faults fail=17; echo $?'
try 'kmtool load km_faults fail=17'

say "A symbol that nobody provides: refused before any code of the module runs."
try 'insmod $(modinfo -n km_faults_symbol)'
try 'kmtool load km_faults_symbol'

say "Init returns a positive number: that means nothing, so the kernel takes it for success, and"\
	"writes a long complaint into its log."
try 'kmtool load km_faults positive=5'
try 'dmesg -t -c | grep suspiciously'
try 'kmtool unload km_faults'

say "A reference that nobody gives back: in use for ever, by nobody one could name."
try 'modprobe km_faults leak_reference=1'
try 'rmmod km_faults'
try 'kmtool unload km_faults'
try 'grep km_faults /proc/modules | cut -d " " -f 1,3,4'

say "Without an exit function: permanent from the start."
try 'modprobe km_faults_stuck'
try 'kmtool unload km_faults_stuck'
try 'grep km_faults_stuck /proc/modules | cut -d " " -f 1,3-5'
