/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of the last change, which an image may bring along, or a backup: what is read is written as it was. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/source/undo.h>

typedef int (*parse_fn)(const char *text, size_t n, struct kmt_arena *arena, struct kmt_undo *out);
typedef void (*write_fn)(const struct kmt_undo *undo, struct kmt_strbuf *out);

static void there_and_back(const uint8_t *data, size_t size, parse_fn parse, write_fn write)
{
	kmt_autostrbuf struct kmt_strbuf once = KMT_STRBUF_INIT, twice = KMT_STRBUF_INIT;
	struct kmt_undo undo = {0}, again = {0};
	struct kmt_arena arena = {0};

	if (!parse((const char *)data, size, &arena, &undo)) {
		write(&undo, &once);
		if (parse(once.s, once.len, &arena, &again))
			abort();
		write(&again, &twice);
		if (once.len != twice.len || memcmp(once.s, twice.s, once.len) != 0)
			abort();
	}
	kmt_undo_free(&undo);
	kmt_undo_free(&again);
	kmt_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	there_and_back(data, size, kmt_undo_parse, kmt_undo_write);
	there_and_back(data, size, kmt_undo_parse_backup, kmt_undo_write_backup);
	return 0;
}
