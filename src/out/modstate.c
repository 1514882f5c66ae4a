/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/modstate.h>

#include <string.h>

static const struct {
	const char *word;
	enum kmt_hue hue;
} states[] = {
	{"live", KMT_HUE_GOOD},
	{"loading", KMT_HUE_WARN},
	{"unloading", KMT_HUE_WARN},
	{"built-in", KMT_HUE_DIM},
	{"available", KMT_HUE_NONE},
	{"missing", KMT_HUE_BAD},
};

const char *kmt_modstate_word(const struct kmt_procmod *loaded, bool on_disk, bool builtin)
{
	if (loaded)
		return kmt_state_word(loaded->state);
	if (builtin)
		return "built-in";
	return on_disk ? "available" : "missing";
}

enum kmt_hue kmt_modstate_hue(const char *word)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(states); i++)
		if (!strcmp(states[i].word, word))
			return states[i].hue;
	return KMT_HUE_NONE;
}

void kmt_modstate_cell(const char *word, struct kmt_cell *out)
{
	out->s = word;
	out->hue = kmt_modstate_hue(word);
}
