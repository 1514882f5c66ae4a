# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A step that fails: what this run had loaded goes again, what was there before stays.
. "${0%/*}/lib.sh"

echo 'options km_result result=-19' >/etc/modprobe.d/result.conf
same "the plan has three steps" "$(printf 'km_chain_a\nkm_result\nkm_top')" "$(planned insert load km_top)"
expect 1 "a failing dependency is explained" 'km_result' 'No such device' -- kmtool load km_top
same "nothing of this run is left" "" "$(modules)"

check "km_chain_a is there before" kmtool load km_chain_a
expect 1 "the load fails" 'km_result' -- kmtool load km_top
same "what was there before stays" km_chain_a "$(modules)"
clean_up

echo 'options km_result result=-19' >/etc/modprobe.d/result.conf
expect 3 "with --partial-ok what was loaded stays" 'km_result' -- kmtool load --partial-ok km_top
same "it is there" km_chain_a "$(modules)"
clean_up

echo 'options km_result result=-19' >/etc/modprobe.d/result.conf
expect 1 "of several names, those before the failing one go too" 'km_result' -- \
	kmtool load km_hello km_top
same "nothing is left of them" "" "$(modules)"
clean_up

echo 'options km_result delay=2000' >/etc/modprobe.d/result.conf
expect not0 "interrupted in the middle of a step" 'interrupt' -- timeout -s INT 1 kmtool load km_top
same "what was loaded goes again" "" "$(modules)"
clean_up
finish
