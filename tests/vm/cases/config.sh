# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# modprobe.d: options, install and remove commands, blacklist and alias, soft dependencies.
. "${0%/*}/lib.sh"
d=/etc/modprobe.d

# Debian's own systemd.conf says numdummies=0: the last file counts.
echo 'options dummy numdummies=2' >$d/zz.conf
expect 0 "the plan names the line that an option comes from" 'numdummies=2' '/zz\.conf:1|systemd\.conf:' -- \
	kmtool load -n dummy
check "the option takes effect" kmtool load dummy
check "two interfaces" test -d /sys/class/net/dummy1
check "dummy goes" kmtool unload dummy
check "--no-config leaves it out" kmtool load --no-config dummy
check "one interface" test -d /sys/class/net/dummy0
check "and no second" test ! -e /sys/class/net/dummy1
clean_up

echo 'install km_hello echo ran >/tmp/ran; /sbin/modprobe --ignore-install km_hello' >$d/hello.conf
expect 0 "an install command is in the plan" 'run' 'hello\.conf:1' -- kmtool load -n km_hello
check "it was not run for the plan" test ! -e /tmp/ran
check "it is run in place of the load" kmtool load km_hello
check "it ran" test -e /tmp/ran
check "and loaded the module" loaded km_hello
clean_up
echo 'install km_hello /bin/false' >$d/hello.conf
expect not0 "one that fails is a failure, and its line is named" 'hello\.conf:1' -- kmtool load km_hello
check "nothing was loaded" not_loaded km_hello
check "--no-config goes past it" kmtool load --no-config km_hello
clean_up

echo 'remove km_hello echo gone >/tmp/gone; /sbin/rmmod km_hello' >$d/hello.conf
check "km_hello is loaded" kmtool load km_hello
check "a remove command is run" kmtool unload km_hello
check "it ran too" test -e /tmp/gone
check "the module is gone" not_loaded km_hello
clean_up

printf 'blacklist km_hello\nalias my-hello km_hello\n' >$d/hello.conf
run kmtool load my-hello
matches "a blacklisted module is not loaded through an alias, and the line is named" 'hello\.conf:1'
check "nothing happened" not_loaded km_hello
check "it is by its name" kmtool load km_hello
clean_up

expect 0 "a cycle of soft dependencies ends" 'km_soft_a' 'km_soft_b' -- kmtool load -n km_soft_a
check "and loads" kmtool load km_soft_a
same "both halves" "$(printf 'km_soft_a\nkm_soft_b')" "$(modules)"
clean_up
finish
