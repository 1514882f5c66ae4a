# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The build has recorded which module the consumer needs. Its source does not name it."
try 'modinfo -F depends km_consumer'
try 'modinfo -F import_ns km_consumer'

say "depmod collects this for all modules in modules.dep."
try 'kmtool deps km_consumer'
try 'kmtool deps --reverse km_provider'

say "Alone it cannot be loaded: no loaded module exports the three functions."
try 'insmod $(modinfo -n km_consumer)'
try 'dmesg -t -c'

say "modprobe and kmtool load the dependencies first."
try 'kmtool load -n km_consumer'
try 'kmtool load km_consumer'
try 'grep "^km_" /proc/modules | cut -d " " -f 1,3,4'
try 'cd /sys/kernel/debug/km_consumer'
try 'cat results'

say "The provider is in use and cannot be unloaded."
try 'rmmod km_provider'
try 'kmtool unload km_provider'

say "kallsyms has every function, exported or not. It finds the name for any address."
try 'cat names'
try 'grep -v __pfx_ /proc/kallsyms | grep -i " t .*\[km_provider\]" | cut -d " " -f 2- | sort'

say "In a module, upper case means exported with EXPORT_SYMBOL(). In the kernel image it only means"\
	"global: kallsyms_lookup_name is not exported, it has no __ksymtab_ entry."
try 'grep -E " (__ksymtab_)?(_printk|kallsyms_lookup_name)$" /proc/kallsyms | cut -d " " -f 2- | sort'

say "kmtool shows what the module exports, the terms, the namespace and the checksum of each type."
try 'kmtool symbols --exported km_provider'

say "Each exported symbol has an entry in a symbol table that the loader searches."\
	"km_not_exported has none."
try 'grep "__ksymtab_.*\[km_provider\]" /proc/kallsyms | cut -d " " -f 3 | sort'
try 'cd /; kmtool unload --dependents km_provider; dmesg -t -c | grep km_'
