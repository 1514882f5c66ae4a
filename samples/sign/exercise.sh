# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "Without a signature: the kernel loads the module with taint flag E."
try 'cd /tmp; cp /samples/sign/km_sign.ko .'
try 'insmod km_sign.ko; cat /sys/module/km_sign/taint /sys/kernel/debug/km_sign/verified; rmmod km_sign'

say "modules_install signs if the key of the kernel's build is there. CONFIG_MODULE_SIG_ALL= (empty)"\
	"in the Makefile of a module disables that; the key is not part of the headers."
try 'kmtool new -q mine; sed -n "/^ifeq.*SIG/,/^endif/p" mine/Makefile; grep MAKE mine/Makefile; rm -r mine'

say "A private key and its certificate. (Kernels use RSA; an elliptic curve is faster here.)"
try 'openssl ecparam -name prime256v1 -genkey -noout -out key.pem'
try 'openssl req -x509 -new -key key.pem -subj "/CN=A student" -outform DER -out cert.der'

say "scripts/sign-file of the kernel appends the signature and a marker."
try 'sign-file sha256 key.pem cert.der km_sign.ko; tail -c 28 km_sign.ko'
try 'kmtool info -F signer ./km_sign.ko'
try 'kmtool info -F sig_hashalgo ./km_sign.ko'

say "Still E: the signature is valid, but the key is not in the kernel's keyrings. They contain the"\
	"certificates of the kernel's build, and keys that were enrolled in the firmware (MOK)."
try 'insmod km_sign.ko; cat /sys/module/km_sign/taint /sys/kernel/debug/km_sign/verified'
try 'grep -c "\.builtin_trusted_keys" /proc/keys'
try 'kmtool check ./km_sign.ko | grep -e ^TEST -e ^signature'

say "With Y here, or in lockdown, the kernel would refuse the module."
try 'cat /sys/module/module/parameters/sig_enforce'
try 'kmtool info -F loaded-taint km_sign'
try 'rmmod km_sign; rm key.pem'
