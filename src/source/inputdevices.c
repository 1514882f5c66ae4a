/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/inputdevices.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/slice.h>

/* EV_REP of linux/input-event-codes.h. */
#define EV_REP_BIT 20

struct block {
	struct kmt_slice sysfs;
	bool any, console, repeats;
};

static bool has_word(struct kmt_slice words, const char *word)
{
	while (words.n)
		if (kmt_slice_is(kmt_slice_word(&words), word))
			return true;
	return false;
}

/* The low word of the bits, which is the last one. */
static bool has_repeat(struct kmt_slice bits, struct kmt_arena *arena)
{
	struct kmt_slice word = {0}, next;

	while ((next = kmt_slice_word(&bits)).n)
		word = next;
	return strtoul(kmt_arena_strndup(arena, word.s, word.n), NULL, 16) >> EV_REP_BIT & 1;
}

static void read_line(struct block *b, struct kmt_slice line, struct kmt_arena *arena)
{
	b->any = true;
	if (kmt_slice_skip(&line, "S: Sysfs="))
		b->sysfs = line;
	else if (kmt_slice_skip(&line, "H: Handlers="))
		b->console = has_word(line, "kbd");
	else if (kmt_slice_skip(&line, "B: EV="))
		b->repeats = has_repeat(line, arena);
}

static void end_block(struct block *b, struct kmt_arena *arena, struct kmt_inputdevices *out)
{
	if (b->any)
		kmt_vec_push(&out->rows, (struct kmt_inputdevice){
						 .sysfs = kmt_arena_strndup(arena, b->sysfs.s, b->sysfs.n),
						 .is_keyboard = b->console && b->repeats,
					 });
	*b = (struct block){.sysfs = {"", 0}};
}

void kmt_inputdevices_parse(
	const char *text, size_t n, struct kmt_arena *arena, struct kmt_inputdevices *out)
{
	struct kmt_slice rest = {text, n}, line;
	struct block block = {.sysfs = {"", 0}};

	while (kmt_slice_line(&rest, &line)) {
		if (line.n)
			read_line(&block, line, arena);
		else
			end_block(&block, arena, out);
	}
	end_block(&block, arena, out);
}
