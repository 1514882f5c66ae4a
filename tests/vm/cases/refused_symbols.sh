# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Symbols that do not fit: the errors that mislead most, each with its real cause.
. "${0%/*}/lib.sh"

# The same module without its "depends=", so that nothing fetches what it needs.
mkdir /tmp/alone
sed 's/depends=km_prov/nothing=km_prov/' /m/plain/km_cons.ko >/tmp/alone/km_cons.ko
expect 1 "a missing symbol is named, and the module that has it" 'km_add' 'km_prov' \
	'Unknown symbol km_add \(err -2\)' -- kmtool load /tmp/alone/km_cons.ko
same "nothing stayed" "" "$(modules)"

check "a provider with another prototype" kmtool load /m/changed/km_prov.ko
expect 1 "its user is refused for the CRC, not for its parameters" 'km_add' 'CRC|version of' \
	'disagrees about version of symbol km_add' '!invalid parameter' -- kmtool load km_cons
clean_up

check "the provider" kmtool load km_prov
expect 1 "a GPL-only symbol is refused for the licence, not as missing" 'GPL' 'licen[cs]e' 'XXX' \
	'Unknown symbol km_gpl_mul \(err -2\)' -- kmtool load /m/proprietary/km_gplcons.ko
expect 1 "a namespace that is not imported is named, not called a bad argument" 'KM_SPACE' 'namespace' \
	'uses symbol \(km_ns_neg\) from namespace KM_SPACE, but does not import it' -- \
	kmtool load /m/namespace/km_nscons.ko
check "with the right licence it loads" kmtool load km_gplcons
check "with the right namespace too" kmtool load km_nscons
clean_up
finish
