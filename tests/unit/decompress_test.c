/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <string.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include <kmt/base/alloc.h>
#include <kmt/source/decompress.h>
#include <kmt/sys/lazy.h>

#define PLAIN_SIZE 300000 /* more than one round of output */
#define ROOM (2 * PLAIN_SIZE)

static void fill(unsigned char *out, size_t n)
{
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		out[i] = (unsigned char)(x >> 29);
	}
}

/* Compresses N bytes; each returns the compressed size. */
static size_t pack_zstd(const unsigned char *in, size_t n, unsigned char *out)
{
#ifdef HAVE_ZSTD
	return ZSTD_compress(out, ROOM, in, n, 3);
#else
	return 0;
#endif
}

static size_t pack_xz(const unsigned char *in, size_t n, unsigned char *out)
{
	size_t size = 0;

#ifdef HAVE_LZMA
	assert_int_equal(
		lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, in, n, out, &size, ROOM),
		LZMA_OK);
#endif
	return size;
}

static size_t pack_gzip(const unsigned char *in, size_t n, unsigned char *out)
{
#ifdef HAVE_ZLIB
	z_stream s = {.next_in = (z_const unsigned char *)in, .avail_in = (unsigned int)n};

	s.next_out = out;
	s.avail_out = ROOM;
	assert_int_equal(deflateInit2(&s, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
	deflateEnd(&s);
	return s.total_out;
#else
	return 0;
#endif
}

static const struct {
	enum kmt_compression c;
	enum kmt_lazy_lib lib;
	const char *name;
	size_t (*pack)(const unsigned char *in, size_t n, unsigned char *out);
} formats[] = {
	{KMT_COMP_ZSTD, KMT_LAZY_ZSTD, "zstd", pack_zstd},
	{KMT_COMP_XZ, KMT_LAZY_LZMA, "xz", pack_xz},
	{KMT_COMP_GZIP, KMT_LAZY_ZLIB, "gzip", pack_gzip},
};

struct fixture {
	unsigned char plain[PLAIN_SIZE], packed[ROOM];
	struct kmt_decompressor d;
	struct kmt_strbuf out;
};

static int setup(void **state)
{
	struct fixture *x = kmt_alloc(sizeof(*x));

	fill(x->plain, sizeof(x->plain));
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	kmt_decompressor_free(&x->d);
	kmt_strbuf_free(&x->out);
	free(x);
	return 0;
}

static void comes_back(struct fixture *x, size_t i, size_t n, size_t packed)
{
	kmt_strbuf_truncate(&x->out, 0);
	kmt_strbuf_addstr(&x->out, "before");
	assert_int_equal(kmt_decompress(&x->d, formats[i].c, x->packed, packed, &x->out, NULL), 0);
	assert_int_equal(x->out.len, 6 + n);
	assert_memory_equal(x->out.s, "before", 6);
	assert_memory_equal(x->out.s + 6, x->plain, n);
	assert_int_equal(x->out.s[x->out.len], '\0');
}

static void data_come_back(void **state)
{
	static const size_t sizes[] = {PLAIN_SIZE, 0, 1, 65535, 65536, 131072, PLAIN_SIZE};
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++) {
		for (size_t j = 0; kmt_lazy_built(formats[i].lib) && j < KMT_ARRAY_SIZE(sizes);
			j++) {
			size_t packed = formats[i].pack(x->plain, sizes[j], x->packed);

			assert_int_equal(kmt_compression_detect(x->packed, packed), formats[i].c);
			comes_back(x, i, sizes[j], packed);
		}
		assert_string_equal(kmt_compression_name(formats[i].c), formats[i].name);
	}
}

static void frames_follow_each_other(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++) {
		size_t first, second;

		if (!kmt_lazy_built(formats[i].lib))
			continue;
		first = formats[i].pack(x->plain, 1000, x->packed);
		second = formats[i].pack(x->plain + 1000, 500, x->packed + first);
		comes_back(x, i, 1500, first + second);
	}
}

static void damage_is_told(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		size_t packed = formats[i].pack(x->plain, PLAIN_SIZE, x->packed);

		if (!kmt_lazy_built(formats[i].lib)) {
			assert_int_equal(kmt_decompress(&x->d, formats[i].c, "", 0, &x->out, &err),
				-EOPNOTSUPP);
			assert_non_null(strstr(err.msg, formats[i].name));
			continue;
		}
		for (size_t n = 6; n < packed; n += n < 100 ? 1 : 1000) {
			assert_int_equal(
				kmt_decompress(&x->d, formats[i].c, x->packed, n, &x->out, &err),
				-EBADMSG);
			assert_int_equal(x->out.len, 0);
			assert_non_null(strstr(err.msg, formats[i].name));
		}
		memset(x->packed + packed / 2, 0x55, 64);
		assert_int_equal(
			kmt_decompress(&x->d, formats[i].c, x->packed, packed, &x->out, &err),
			-EBADMSG);
		/* The state is as good as new. */
		packed = formats[i].pack(x->plain, 5000, x->packed);
		comes_back(x, i, 5000, packed);
		kmt_strbuf_truncate(&x->out, 0);
	}
}

/* A frame header that claims 1 TiB, with one empty block: the claim is not believed. */
static void claimed_sizes_are_not_believed(void **state)
{
	static const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, /* magic */
		0xe0, 0, 0, 0, 0, 0, 1, 0, 0, /* single segment, 2^40 bytes */
		1, 0, 0};                     /* the last block, empty */
	struct fixture *x = *state;

	assert_int_equal(kmt_decompress(&x->d, KMT_COMP_ZSTD, frame, sizeof(frame), &x->out, NULL),
		-EBADMSG);
	assert_true(x->out.cap < (1u << 20));
}

static void output_is_limited(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		size_t packed;

		if (!kmt_lazy_built(formats[i].lib))
			continue;
		packed = formats[i].pack(x->plain, PLAIN_SIZE, x->packed);
		x->d.max = PLAIN_SIZE - 1;
		assert_int_equal(
			kmt_decompress(&x->d, formats[i].c, x->packed, packed, &x->out, &err),
			-EFBIG);
		assert_int_equal(x->out.len, 0);
		x->d.max = PLAIN_SIZE + 1;
		comes_back(x, i, PLAIN_SIZE, packed);
		kmt_strbuf_truncate(&x->out, 0);
	}
}

static void other_data_are_none(void **state)
{
	assert_int_equal(kmt_compression_detect("", 0), KMT_COMP_NONE);
	assert_int_equal(kmt_compression_detect("\x7f"
						"ELF\2\1\1",
				 7),
		KMT_COMP_NONE);
	assert_int_equal(kmt_compression_detect("\x28\xb5\x2f", 3), KMT_COMP_NONE);
	assert_int_equal(kmt_compression_detect("\xfd"
						"7zXZ\1",
				 6),
		KMT_COMP_NONE);
	assert_string_equal(kmt_compression_name(KMT_COMP_NONE), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(data_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_follow_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_is_told, setup, teardown),
		UNIT_TEST_OF(KMT_LAZY_ZSTD, claimed_sizes_are_not_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(output_is_limited, setup, teardown),
		cmocka_unit_test(other_data_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
