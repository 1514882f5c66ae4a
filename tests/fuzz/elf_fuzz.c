/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module file: everything that is read of one. */
#include "fuzz.h"

#include <kmt/source/kofile.h>

static void ignore_name(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
}

static void read_symbols(struct kmt_kofile *ko)
{
	struct kmt_ko_symbols symbols = {0};
	struct kmt_ko_defaults defaults = {0};
	struct kmt_strv names = {0};
	struct kmt_ko_sections sections = {0};
	struct kmt_arena arena = {0};

	kmt_kofile_sections(ko, &arena, &sections);
	kmt_ko_sections_free(&sections);
	kmt_kofile_names(ko, true, ignore_name, NULL, NULL);
	kmt_kofile_version_rows(ko, false, ignore_name, NULL, NULL);
	kmt_kofile_version_rows(ko, true, ignore_name, NULL, NULL);
	kmt_kofile_symbols(ko, &arena, &symbols, NULL);
	kmt_kofile_param_names(ko, &arena, &names, NULL);
	kmt_kofile_param_defaults(ko, &arena, &defaults, NULL);
	kmt_vec_free(&names);
	kmt_ko_defaults_free(&defaults);
	kmt_ko_symbols_free(&symbols);
	kmt_arena_free(&arena);
}

static void read_metadata(struct kmt_kofile *ko)
{
	struct kmt_modinfo_params params = {0};
	struct kmt_modinfo modinfo = {0};
	struct kmt_ko_sigblob blob;
	const unsigned char *id;
	size_t n;

	if (!kmt_kofile_modinfo(ko, &modinfo, NULL))
		kmt_modinfo_params(&modinfo, &params);
	kmt_kofile_build_id(ko, &id, &n, NULL);
	kmt_kofile_sigblob(ko, &blob, NULL);
	kmt_modinfo_params_free(&params);
	kmt_modinfo_free(&modinfo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_kofile *ko = kmt_kofile_new();
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	/* Compressed input is for decompress_fuzz. */
	if (kmt_compression_detect(data, size) == KMT_COMP_NONE &&
		!kmt_kofile_open_buffer(ko, "fuzz.ko", data, size, &err)) {
		read_metadata(ko);
		read_symbols(ko);
	}
	kmt_kofile_free(ko);
	return 0;
}
