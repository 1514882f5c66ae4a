/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of configuration as rows: what `kmtool config list` and the browser show. */
#ifndef KMT_OUT_SETTINGS_H
#define KMT_OUT_SETTINGS_H

#include <kmt/model/settings.h>
#include <kmt/out/rows.h>

extern const struct kmt_column kmt_setting_columns[]; /* of struct kmt_setting; context: struct kmt_arena */
/* "shadowed: /etc/modprobe.d/a.conf:1 has the first install line for it, and only that counts" */
const char *kmt_setting_effect_text(const struct kmt_setting *s, struct kmt_arena *arena);

#endif
