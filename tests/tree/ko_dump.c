/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the module file reader finds in each FILE, one line each, so that a test can compare
 *it with what other programs find:
 *
 *	version CRC NAME		a symbol that it imports
 *	export CRC|- gpl|any NS|- NAME	a symbol that it exports
 *	undefined weak|strong NAME	a symbol that it needs
 */
#include <stdio.h>
#include <stdlib.h>

#include <kmt/source/kofile.h>

static void print_version(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	if (kind == KMT_KO_NAME_VERSION)
		printf("version 0x%08x %s\n", crc, name);
}

static void print_symbols(const struct kmt_ko_symbols *symbols)
{
	const struct kmt_ko_symbol *s;

	kmt_vec_foreach (s, &symbols->rows) {
		char crc[16] = "-";

		if (s->undefined) {
			printf("undefined %s %s\n", s->weak ? "weak" : "strong", s->name);
			continue;
		}
		if (s->has_crc)
			snprintf(crc, sizeof(crc), "0x%08x", s->crc);
		printf("export %s %s %s %s\n", crc, s->gpl ? "gpl" : "any", s->ns ? s->ns : "-",
			s->name);
	}
}

static int dump(
	struct kmt_kofile *ko, const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct kmt_ko_symbols symbols = {0};
	struct kmt_arena arena = {0};
	int r = kmt_kofile_open(ko, root, path, err);

	if (!r)
		r = kmt_kofile_names(ko, true, print_version, NULL, err);
	if (!r)
		r = kmt_kofile_symbols(ko, &arena, &symbols, err);
	if (!r)
		print_symbols(&symbols);
	kmt_ko_symbols_free(&symbols);
	kmt_arena_free(&arena);
	return r;
}

int main(int argc, char **argv)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_root root;
	int r = kmt_root_open(&root, NULL, &err);

	for (int i = 1; i < argc && !r; i++)
		r = dump(ko, &root, argv[i], &err);
	if (r)
		fprintf(stderr, "ko_dump: %s\n", err.msg);
	kmt_kofile_free(ko);
	kmt_root_close(&root);
	return r ? 1 : 0;
}
