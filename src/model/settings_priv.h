/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between settings.c, which collects the lines, and settings_effect.c, which judges them. */
#ifndef KMT_MODEL_SETTINGS_PRIV_H
#define KMT_MODEL_SETTINGS_PRIV_H

#include <kmt/model/settings.h>

/* Fills effect, by and reason of all rows that are not ignored yet. */
int kmt_settings_judge(struct kmt_snapshot *snap, struct kmt_settings *all, struct kmt_err *err);

#endif
