# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The parameters that the file describes. One is missing: percent, which has no description."
try 'modinfo -p km_params'

say "Values are set when the module is loaded."
try 'modprobe km_params count=2 nums=1,2,3 secret=abracadabra'
try 'dmesg -t -c'

say "Each parameter has a file, with the mode given in the source. secret has mode 0, so no file."
try 'cd /sys/module/km_params/parameters'
try 'stat -c "%a %n" *'
try 'grep . *'

say "Writing changes the variable in the running module. A bool takes y, n, 1, 0, on, off."
try 'echo on >loud; cat loud'
try 'echo many >count'

say "A charp keeps the newline that echo wrote. printf writes none."
try 'echo hello >motto; cat motto'
try 'printf hello >motto; cat motto'

say "The callback checks the value and returns an error."
try 'echo 75 >percent'
try 'echo 175 >percent'
try 'cat percent'
try 'cd /; rmmod km_params; dmesg -t -c'

say "The same check applies when the module is loaded. The kernel ignores unknown parameters."
try 'modprobe km_params percent=175'
try 'modprobe km_params nums=1,2,3,4,5'
try 'modprobe km_params colour=red'
try 'dmesg -t -c | grep -e colour -e nums'
try 'rmmod km_params'

say "kmtool reads the file first, and refuses values that the module cannot accept before anything"\
	"is loaded. What a callback accepts is known only to the callback."
try 'kmtool load km_params colour=red'
try 'kmtool load km_params count=many'
try 'kmtool load km_params percent=175'

say "reload unloads the module and loads it again. It keeps the values that were changed at run time."
try 'kmtool load -q km_params count=2; echo 75 >/sys/module/km_params/parameters/percent'
try 'kmtool reload -n km_params count=3'
try 'kmtool reload km_params count=3; cat /sys/module/km_params/parameters/{count,percent}'
try 'kmtool unload km_params'
