/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modstate_priv.h"

void kmt_modstate_cell(const struct kmt_snapshot *snap, const char *name, bool on_disk, bool builtin,
	struct kmt_cell *out)
{
	const struct kmt_procmod *loaded = kmt_snapshot_loaded(snap, name);

	if (loaded) {
		out->s = loaded->state == KMT_STATE_LIVE ? "loaded" : kmt_state_word(loaded->state);
		out->hue = loaded->state == KMT_STATE_LIVE ? KMT_HUE_GOOD : KMT_HUE_WARN;
	} else if (builtin) {
		out->s = "built-in";
		out->hue = KMT_HUE_DIM;
	} else if (on_disk) {
		out->s = "available";
	} else {
		out->absent = true;
	}
}
