# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Unloading: in the right order, all that became unused where that is asked for, nothing that is in use.
. "${0%/*}/lib.sh"

check "br_netfilter is loaded" kmtool load br_netfilter
check "modprobe -r removes it" modprobe -r br_netfilter
same "and leaves these behind" "$(printf 'llc\nstp')" "$(modules)"
clean_up

check "br_netfilter is loaded again" kmtool load br_netfilter
same "the plan of unload --unused-deps has the whole chain, top first" \
	"$(printf 'br_netfilter\nbridge\nstp\nllc')" "$(planned remove unload --unused-deps br_netfilter)"
check "it changed nothing" loaded llc
check "unload --unused-deps removes it" kmtool unload --unused-deps br_netfilter
same "and leaves nothing behind" "" "$(modules)"

check "snd_dummy is loaded" kmtool load snd_dummy
check "its chain is five deep" loaded soundcore
check "unload --unused-deps removes it" kmtool unload --unused-deps snd_dummy
same "with the whole of sound" "" "$(modules)"

check "a chain of three is loaded" kmtool load km_chain_c
expect 5 "the bottom is refused while it is in use, and its holder named" 'km_chain_b' -- \
	kmtool unload km_chain_a
expect 5 "a dry run refuses as well" 'km_chain_b' -- kmtool unload -n km_chain_a
same "the plan with its dependents has every holder, the top first" \
	"$(printf 'km_chain_c\nkm_chain_b\nkm_chain_a')" "$(planned remove unload --dependents km_chain_a)"
check "with its dependents it goes" kmtool unload --dependents km_chain_a
same "all three are gone" "" "$(modules)"

check "without an option only the named module goes" kmtool load km_chain_c
check "the top is unloaded" kmtool unload km_chain_c
same "its dependencies stay" "$(printf 'km_chain_a\nkm_chain_b')" "$(modules)"
check "several are unloaded in one go, whatever their order" kmtool unload km_chain_a km_chain_b
same "none is left" "" "$(modules)"

check "a dependency that something else uses" kmtool load km_chain_c km_top
check "stays" kmtool unload --unused-deps km_chain_c
same "while the rest goes" "$(printf 'km_chain_a\nkm_result\nkm_top')" "$(modules)"
clean_up

expect 4 "an unknown name is not found" 'nosuch' -- kmtool unload nosuch
expect 0 "a module that is not loaded needs nothing done" 'not loaded' -- kmtool unload loop
expect 5 "a part of the kernel cannot be unloaded" 'built.?in' -- kmtool unload ipv6
finish
