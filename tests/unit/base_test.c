/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/arena.h>
#include <kmt/base/base64.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/escape.h>
#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/base/origin.h>
#include <kmt/base/shell.h>
#include <kmt/base/slice.h>
#include <kmt/base/strbuf.h>

static void slices_have_lines_and_words(void **state)
{
	struct kmt_slice text = {" a\tbc \n\nlast", 12}, line;

	assert_true(kmt_slice_line(&text, &line));
	assert_true(kmt_slice_is(kmt_slice_word(&line), "a"));
	assert_true(kmt_slice_is(kmt_slice_word(&line), "bc"));
	assert_true(kmt_slice_is(kmt_slice_word(&line), ""));
	assert_true(kmt_slice_line(&text, &line));
	assert_int_equal(line.n, 0);
	assert_true(kmt_slice_line(&text, &line));
	assert_false(kmt_slice_skip(&line, "last!"));
	assert_false(kmt_slice_skip(&line, "ast"));
	assert_true(kmt_slice_skip(&line, "la"));
	assert_true(kmt_slice_is(line, "st"));
	assert_false(kmt_slice_line(&text, &line));
}

static void names_fold_dashes(void **state)
{
	char out[KMT_NAME_MAX];

	assert_int_equal(kmt_name_normalize("snd-hda-intel", out, sizeof(out)), 0);
	assert_string_equal(out, "snd_hda_intel");
	assert_int_equal(kmt_name_normalize("", out, sizeof(out)), -EINVAL);
	assert_int_equal(kmt_name_normalize("a b", out, sizeof(out)), -EINVAL);
	assert_int_equal(kmt_name_normalize("a/b", out, sizeof(out)), -EINVAL);
	assert_int_equal(kmt_name_normalize("a\x1b", out, sizeof(out)), -EINVAL);
	assert_int_equal(kmt_name_normalize("abcd", out, 4), -ENAMETOOLONG);
	assert_int_equal(kmt_name_normalize("abc", out, 4), 0);
	assert_true(kmt_name_equal("a-b_c", "a_b-c"));
	assert_false(kmt_name_equal("a-b", "a-bc"));
}

static void aliases_keep_brackets(void **state)
{
	char out[64];

	assert_int_equal(kmt_alias_normalize("of:N*T*Ca-[a-z]-b", out, sizeof(out)), 0);
	assert_string_equal(out, "of:N*T*Ca_[a-z]_b");
	assert_int_equal(kmt_alias_normalize("a[b", out, sizeof(out)), -EINVAL);
	assert_int_equal(kmt_alias_normalize("a]b", out, sizeof(out)), -EINVAL);
}

static void paths_give_names(void **state)
{
	char out[KMT_NAME_MAX];

	assert_int_equal(kmt_name_from_path("/x/y/snd-pcm.ko.xz", out, sizeof(out)), 0);
	assert_string_equal(out, "snd_pcm");
	assert_int_equal(kmt_name_from_path("/x/.ko", out, sizeof(out)), -EINVAL);
	assert_true(kmt_name_is_path("x.ko"));
	assert_true(kmt_name_is_path("x.ko.zst"));
	assert_true(kmt_name_is_path("./x"));
	assert_false(kmt_name_is_path("x"));
	assert_false(kmt_name_is_path(".ko"));
	assert_false(kmt_name_is_path("devname:cpu/microcode"));
	assert_true(kmt_name_is_path("/dir:x/y"));
	assert_true(kmt_name_is_path("./dir:x/y"));
}

static void distances(void **state)
{
	assert_int_equal(kmt_name_distance("loop", "loop"), 0);
	assert_int_equal(kmt_name_distance("lopo", "loop"), 1);
	assert_int_equal(kmt_name_distance("snd-pcm", "snd_pcm"), 0);
	assert_int_equal(kmt_name_distance("", "abc"), 3);
	assert_int_equal(kmt_name_distance("kitten", "sitting"), 3);
}

static void escapes(void **state)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	kmt_escape_text(&b, "a\x1b[31m\n\xc3\xa9\xff\xc2\x9b z", 14);
	assert_string_equal(kmt_strbuf_str(&b), "a\\x1b[31m\\x0a\xc3\xa9\\xff\\xc2\\x9b z");
	kmt_strbuf_truncate(&b, 0);
	kmt_escape_utf8(&b, "\xed\xa0\x80\xc3", 4);
	assert_string_equal(kmt_strbuf_str(&b), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(kmt_utf8_len("\xf4\x90\x80\x80", 4), 0);
	assert_int_equal(kmt_utf8_len("\xc0\x80", 2), 0);
	assert_int_equal(kmt_utf8_len("\xf0\x9f\x90\xa7", 4), 4);
	assert_int_equal(kmt_utf8_len("\xf0\x9f\x90", 3), 0);
}

static void errors_carry_context(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_int_equal(kmt_err_errno(&err, ENOENT, "/x/%d", 7), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	kmt_err_hint(&err, "run %s", "depmod");
	assert_int_equal(kmt_err_wrap(&err, "reading"), -ENOENT);
	assert_string_equal(err.msg, "reading: /x/7: No such file or directory");
	assert_string_equal(err.hint, "run depmod");
	assert_int_equal(kmt_err_set(&err, KMT_ERR_USAGE, 0, "bad"), -EINVAL);
	assert_null(err.hint);
	assert_int_equal(kmt_err_set(NULL, KMT_ERR_USAGE, EPERM, "bad"), -EPERM);
}

static void maps_hold_many(void **state)
{
	struct kmt_arena arena = {0};
	struct kmt_map map = {0};
	int values[1000];

	assert_null(kmt_map_get(&map, "x"));
	for (int i = 0; i < 1000; i++)
		assert_null(kmt_map_add(&map, kmt_arena_printf(&arena, "key%d", i), &values[i]));
	assert_ptr_equal(kmt_map_add(&map, "key7", &values[0]), &values[7]);
	for (int i = 0; i < 1000; i++)
		assert_ptr_equal(kmt_map_get(&map, kmt_arena_printf(&arena, "key%d", i)), &values[i]);
	assert_ptr_equal(kmt_map_getn(&map, "key7rest", 4), &values[7]);
	assert_null(kmt_map_get(&map, "key1000"));
	kmt_map_set(&map, "key7", &values[8]);
	assert_ptr_equal(kmt_map_get(&map, "key7"), &values[8]);
	kmt_map_free(&map);
	kmt_arena_free(&arena);
}

static void diag_says_once(void **state)
{
	struct kmt_origin at = {.file = "a.conf", .line = 3};
	struct kmt_diag diag = {0};

	kmt_diag_add(&diag, &at, "bad %s", "line");
	kmt_diag_add(&diag, &at, "bad line");
	kmt_diag_add(&diag, NULL, "bad line");
	assert_int_equal(diag.n, 2);
	assert_string_equal(diag.items[0].msg, "bad line");
	kmt_diag_clear(&diag);
}

static void numbers_are_whole(void **state)
{
	uint64_t u;
	int64_t i;

	assert_int_equal(kmt_num_u64("0x10", 0, &u), 0);
	assert_int_equal(u, 16);
	assert_int_equal(kmt_num_u64("-1", 10, &u), -EINVAL);
	assert_int_equal(kmt_num_u64("1x", 10, &u), -EINVAL);
	assert_int_equal(kmt_num_u64("", 10, &u), -EINVAL);
	assert_int_equal(kmt_num_u64("18446744073709551616", 10, &u), -ERANGE);
	assert_int_equal(kmt_num_i64("-5", 10, &i), 0);
	assert_int_equal(i, -5);
	assert_int_equal(kmt_num_i64("--5", 10, &i), -EINVAL);
}

static void arenas_align_and_zero(void **state)
{
	struct kmt_arena arena = {0};

	for (size_t n = 1; n < 20000; n = 3 * n + 1) {
		char *s = kmt_arena_strndup(&arena, "xyz", 1);
		unsigned char *p = kmt_arena_alloc(&arena, n);

		assert_string_equal(s, "x");
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	kmt_arena_free(&arena);
}

/* One of each range that cannot be seen, between characters that can. */
static void hidden_characters_are_escaped(void **state)
{
	static const char *const hidden[] = {"\x1b", "\x7f", "\xc2\x9b", "\xc2\xa0", "\xc2\xad", "\xd8\x9c",
		"\xe2\x80\x8b", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa0", "\xe2\x81\xa9",
		"\xef\xbb\xbf", "\xf3\xa0\x80\xa0"};
	static const char *const seen[] = {"~", "\xc2\xa1", "\xc2\xae", "\xe2\x80\x90", "\xe2\x80\xa7", "\xe2\x80\xaf",
		"\xe2\x81\xb0", "\xef\xbb\xbe", "\xf0\x9f\x90\xa7"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(hidden); i++) {
		kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

		kmt_escape_text(&out, hidden[i], strlen(hidden[i]));
		assert_int_equal(out.len, 4 * strlen(hidden[i]));
		assert_memory_equal(out.s, "\\x", 2);
	}
	for (size_t i = 0; i < KMT_ARRAY_SIZE(seen); i++) {
		kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

		kmt_escape_text(&out, seen[i], strlen(seen[i]));
		assert_string_equal(kmt_strbuf_str(&out), seen[i]);
	}
}

static void words_for_a_shell(void **state)
{
	static const char *const words[][2] = {{"loop", " loop"}, {"", " ''"}, {"a b", " 'a b'"}, {"it's", " 'it'\\''s'"},
		{"\xc3\xa9", " '\xc3\xa9'"}, {"a\x1b[31m'\\", " $'a\\033[31m\\047\\134'"}, {"\xff", " $'\\377'"},
		{"a\xe2\x80\xae", " $'a\\342\\200\\256'"}};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++) {
		kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

		kmt_shell_add(&out, words[i][0]);
		assert_string_equal(kmt_strbuf_str(&out), words[i][1]);
	}
}

static void lists_and_origins(void **state)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_arena arena = {0};

	kmt_strbuf_item(&list, ", ", "%s", "a");
	assert_string_equal(kmt_strbuf_str(&list), "a");
	kmt_strbuf_item(&list, ", ", "%d", 2);
	assert_string_equal(kmt_strbuf_str(&list), "a, 2");
	assert_string_equal(kmt_origin_text(&(struct kmt_origin){"/etc/a", 3}, &arena), "/etc/a:3");
	assert_string_equal(kmt_origin_text(&(struct kmt_origin){"/etc/a", 0}, &arena), "/etc/a");
	assert_null(kmt_origin_text(&(struct kmt_origin){0}, &arena));
	kmt_arena_free(&arena);
}

/* The examples of RFC 4648, section 10. */
static void bytes_become_letters(void **state)
{
	static const char *const texts[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
		{"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfb", "//77"}};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(texts); i++) {
		kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

		kmt_base64_add(&out, texts[i][0], strlen(texts[i][0]));
		assert_string_equal(kmt_strbuf_str(&out), texts[i][1]);
	}
}

/* A sanitizer or valgrind has a heap of its own. */
static bool heap_is_libc(void)
{
	char *end = sbrk(0), *small = kmt_alloc(1);
	bool own = small < end && end - small < 16 << 20;

	free(small);
	return own;
}

/* qemu-user has little room after a program. */
static bool heap_grows(void)
{
	const intptr_t plenty = 128 << 20;

	return sbrk(plenty) != (void *)-1 && sbrk(-plenty) != (void *)-1;
}

static void plenty_may_be_forbidden(void **state)
{
	const struct rlimit little = {32 << 20, 32 << 20};
	int status;
	pid_t pid;

	if (!heap_is_libc())
		return;
	pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_AS, &little);
		kmt_alloc_plenty();
		/* It ends the program if there is none; and it is kept, so that the heap must grow. */
		for (int i = 0; i < 4096; i++)
			*(void *volatile *)state = kmt_alloc(1024);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The last test: it changes how this program gets its memory. */
static void plenty_is_kept(void **state)
{
	char *all;

	if (!heap_is_libc())
		return;
	kmt_alloc_plenty();
	all = sbrk(0);
	for (size_t n = 1 << 20; n <= 16 << 20; n *= 2) {
		char *p = kmt_alloc(n);

		assert_true(p < all);
		assert_ptr_equal(sbrk(0), all);
		free(p);
		assert_ptr_equal(sbrk(0), all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_letters),
		cmocka_unit_test(slices_have_lines_and_words),
		cmocka_unit_test(names_fold_dashes),
		cmocka_unit_test(aliases_keep_brackets),
		cmocka_unit_test(paths_give_names),
		cmocka_unit_test(distances),
		cmocka_unit_test(escapes), cmocka_unit_test(hidden_characters_are_escaped),
		cmocka_unit_test(words_for_a_shell), cmocka_unit_test(lists_and_origins),
		cmocka_unit_test(errors_carry_context),
		cmocka_unit_test(maps_hold_many),
		cmocka_unit_test(diag_says_once),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(arenas_align_and_zero),
		cmocka_unit_test(plenty_may_be_forbidden),
		UNIT_TEST_IF(heap_grows(), "the heap cannot grow by 128 MiB here", plenty_is_kept, NULL, NULL),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
