/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of the last change, which an image may bring along: what is read is written as it was. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/source/undo.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kmt_autostrbuf struct kmt_strbuf once = KMT_STRBUF_INIT, twice = KMT_STRBUF_INIT;
	struct kmt_undo undo = {0}, again = {0};
	struct kmt_arena arena = {0};

	if (!kmt_undo_parse((const char *)data, size, &arena, &undo)) {
		kmt_undo_write(&undo, &once);
		if (kmt_undo_parse(once.s, once.len, &arena, &again))
			abort();
		kmt_undo_write(&again, &twice);
		if (once.len != twice.len || memcmp(once.s, twice.s, once.len) != 0)
			abort();
	}
	kmt_undo_free(&undo);
	kmt_undo_free(&again);
	kmt_arena_free(&arena);
	return 0;
}
