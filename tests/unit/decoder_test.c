/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers as the tools write them: gzip -n, gzip, xz, zstd, with their options. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/source/decoder.h>
#include "fixture.h"

#define BYTES(s) s, sizeof(s) - 1

static void check(const char *data, size_t n, const char *kernel, enum kmt_decoder decoder, const char *part)
{
	struct kmt_decoder_choice got;
	enum kmt_lazy_lib lib = KMT_LAZY_ZLIB;

	kmt_decoder_choose(data, n, kernel, &got);
	if (got.compression == KMT_COMP_XZ)
		lib = KMT_LAZY_LZMA;
	if (got.compression == KMT_COMP_ZSTD)
		lib = KMT_LAZY_ZSTD;
	if (decoder == KMT_DECODER_USER && !kmt_lazy_built(lib))
		decoder = KMT_DECODER_NOBODY;
	if (!strstr(got.why, part))
		fail_msg("'%s' has no '%s'", got.why, part);
	assert_int_equal(got.decoder, decoder);
	if (!*part)
		assert_string_equal(got.why, "");
}

static void plain_files(void **state)
{
	check(BYTES("\177ELF"), "xz", KMT_DECODER_NONE, "");
	check("", 0, "xz", KMT_DECODER_NONE, "");
}

#define GZIP(flags) BYTES("\x1f\x8b\x08" flags "\0\0\0\0\0\3")

static void gzip_headers(void **state)
{
	check(GZIP("\0"), "gzip", KMT_DECODER_KERNEL, "");
	check(GZIP("\x08"), "gzip", KMT_DECODER_KERNEL, "");
	check(GZIP("\x10"), "gzip", KMT_DECODER_USER, "comment");
	check(GZIP("\x02"), "gzip", KMT_DECODER_USER, "checksum");
	check(GZIP("\x04"), "gzip", KMT_DECODER_USER, "extra");
	check(BYTES("\x1f\x8b\x07\0"), "gzip", KMT_DECODER_USER, "deflate");
	check(BYTES("\x1f\x8b"), "gzip", KMT_DECODER_USER, "cut off");
	check(GZIP("\0"), "xz", KMT_DECODER_USER, "unpacks only xz");
	check(GZIP("\0"), NULL, KMT_DECODER_USER, "does not unpack");
}

#define XZ(check, block) BYTES("\xfd" "7zXZ\0\0" check "crc_" block)

static void xz_headers(void **state)
{
	check(XZ("\1", "\2\0\x21\1\x16"), "xz", KMT_DECODER_KERNEL, "");
	check(XZ("\0", "\2\0\x21\1\x16"), "xz", KMT_DECODER_KERNEL, "");
	check(XZ("\4", "\2\0\x21\1\x16"), "xz", KMT_DECODER_USER, "CRC64");
	check(XZ("\12", "\2\0\x21\1\x16"), "xz", KMT_DECODER_USER, "SHA-256");
	check(XZ("\1", "\0"), "xz", KMT_DECODER_KERNEL, "");
	check(XZ("\1", "\3\xc0\x80\1\x80\x80\1\x21\1\x16"), "xz", KMT_DECODER_KERNEL, "");
	check(XZ("\1", "\2\0\x21\1\x27"), "xz", KMT_DECODER_KERNEL, "");
	check(XZ("\1", "\2\0\x21\1\x28"), "xz", KMT_DECODER_USER, "4 GiB");
	check(XZ("\1", "\2\1\4\0\x21\1\x16"), "xz", KMT_DECODER_KERNEL, "filter");
	check(XZ("\1", "\2\1\4\4off_\x21\1\x16"), "xz", KMT_DECODER_USER, "filters");
	check(XZ("\1", "\2\1\3\1\0\x21\1\x16"), "xz", KMT_DECODER_USER, "filters");
	check(XZ("\1", "\2\2\4\0\4\0\x21\1\x16"), "xz", KMT_DECODER_USER, "filters");
	check(XZ("\1", "\2\0\x21"), "xz", KMT_DECODER_USER, "cut off");
}

#define ZSTD(rest) BYTES("\x28\xb5\x2f\xfd" rest)

static void zstd_headers(void **state)
{
	check(ZSTD("\x04\x88"), "zstd", KMT_DECODER_KERNEL, "");		 /* 128 MiB */
	check(ZSTD("\x04\x89"), "zstd", KMT_DECODER_USER, "128 MiB");	 /* an eighth more */
	check(ZSTD("\x04\x90"), "zstd", KMT_DECODER_USER, "128 MiB");	 /* --long=28 */
	check(ZSTD("\x24\x10"), "zstd", KMT_DECODER_KERNEL, "");		 /* one segment of 16 bytes */
	check(ZSTD("\xa0\0\0\0\x10"), "zstd", KMT_DECODER_USER, "128 MiB"); /* one of 256 MiB */
	check(ZSTD("\x05\x50\x01"), "zstd", KMT_DECODER_USER, "dictionary");
	check(ZSTD("\x07\x50\0\0\0\0"), "zstd", KMT_DECODER_KERNEL, "");
	check(ZSTD(""), "zstd", KMT_DECODER_USER, "cut off");
}

static void files_of_a_root(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_decoder_choice got;
	struct fixture f;

	fixture_init(&f);
	fixture_write(&f, "/a.ko.zst", "\x28\xb5\x2f\xfd\x04\x50", 6);
	assert_int_equal(kmt_decoder_of_file(&f.root, "/a.ko.zst", &got, &err), 0);
	assert_int_equal(got.compression, KMT_COMP_ZSTD);
	assert_true(got.decoder >= KMT_DECODER_USER);
	fixture_text(&f, "/sys/module/compression", "zstd\n");
	assert_int_equal(kmt_decoder_of_file(&f.root, "/a.ko.zst", &got, &err), 0);
	assert_int_equal(got.decoder, KMT_DECODER_KERNEL);
	assert_int_equal(kmt_decoder_of_file(&f.root, "/b.ko", &got, &err), -ENOENT);
	fixture_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_files),
		cmocka_unit_test(gzip_headers),
		cmocka_unit_test(xz_headers),
		cmocka_unit_test(zstd_headers),
		cmocka_unit_test(files_of_a_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
