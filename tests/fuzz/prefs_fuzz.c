/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The browser's file of settings: what is written is read as the same settings. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/tui/prefs.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kmt_autofree char *text = kmt_strndup((const char *)data, size);
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_prefs prefs = {0}, again = {0};
	struct kmt_diag diag = {0};

	kmt_prefs_parse(&prefs, "browse.conf", text, &diag);
	kmt_prefs_format(&prefs, text, &out);
	kmt_prefs_parse(&again, "browse.conf", kmt_strbuf_str(&out), &diag);
	if (memcmp(&prefs, &again, sizeof(prefs)) != 0)
		abort();
	kmt_diag_clear(&diag);
	return 0;
}
