/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the editing commands share: what a plan of WRITE steps does to the effect of all lines. */
#ifndef KMT_CMD_CONFIG_PLAN_H
#define KMT_CMD_CONFIG_PLAN_H

#include <kmt/model/settings.h>

#include "change_priv.h"

/* Locks the configuration and takes c->snap, as kmt_config_snapshot() does. */
int kmt_config_start(struct kmt_change *c, struct kmt_err *err);

/*
 * Compares the configuration as c->plan leaves it with that of c->snap. REFUSED if a line that the plan adds
 * would have no effect (unless ANYWAY: then it is a warning of the plan). Other lines that lose or get their
 * effect by it become warnings of the plan.
 */
int kmt_config_judge_plan(struct kmt_change *c, bool anyway, struct kmt_err *err);

#endif
