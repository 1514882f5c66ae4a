# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A module that crashes the kernel while it loads.
. "${0%/*}/lib.sh"

expect not0 "the load fails, and the crash is told" 'NULL pointer dereference' -- kmtool load km_oops
check "the kernel keeps the module" loaded km_oops
expect 0 "list shows it as loading" 'km_oops.*loading' -- kmtool list km_oops
expect 5 "it cannot be unloaded, and the reason is told" 'loading|crash|oops' -- kmtool unload km_oops
check "other modules still load" kmtool load dummy
check "and unload" kmtool unload dummy
finish
