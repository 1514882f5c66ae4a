/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between settings.c, which collects the lines, settings_effect.c, which judges them, and lint. */
#ifndef KMT_MODEL_SETTINGS_PRIV_H
#define KMT_MODEL_SETTINGS_PRIV_H

#include <kmt/model/settings.h>

/* Whether it is a softdep line whose names follow neither pre: nor post:. */
bool kmt_setting_is_void(const struct kmt_conf_line *line);

#endif
