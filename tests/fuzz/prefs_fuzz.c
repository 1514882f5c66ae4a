/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The browser's file of settings: what is written is read as the same settings. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/tui/prefs.h>

static bool are_same(const struct kmt_prefs *a, const struct kmt_prefs *b)
{
	kmt_autostrbuf struct kmt_strbuf one = KMT_STRBUF_INIT, other = KMT_STRBUF_INIT;

	kmt_prefs_format(a, "", &one);
	kmt_prefs_format(b, "", &other);
	/* Colours are only read. */
	return !strcmp(kmt_strbuf_str(&one), kmt_strbuf_str(&other)) &&
		!memcmp(a->colors, b->colors, sizeof(a->colors));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kmt_autofree char *text = kmt_strndup((const char *)data, size);
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_prefs prefs = {0}, again = {0};
	struct kmt_diag diag = {0};

	kmt_prefs_parse(&prefs, "browse.conf", text, &diag);
	kmt_prefs_format(&prefs, text, &out);
	kmt_prefs_parse(&again, "browse.conf", kmt_strbuf_str(&out), &diag);
	if (!are_same(&prefs, &again))
		abort();
	kmt_prefs_free(&prefs);
	kmt_prefs_free(&again);
	kmt_diag_clear(&diag);
	return 0;
}
