/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool version`: the version, and which optional libraries this build knows and finds. */
#include <kmt/cmd/help.h>

#include <dlfcn.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/cmd/print.h>
#include <kmt/out/json.h>
#include <kmt/sys/lazy.h>
#ifdef HAVE_KMOD
#include <kmt/sys/lazy_kmod.h>
#endif

#include "cmds_priv.h"

void kmt_version_print(FILE *out)
{
	fputs(PACKAGE_STRING "\n", out);
}

/* Of libkmod alone: whether a file that the kernel can decompress is not left to it. */
static bool lacks_decompression(enum kmt_lazy_lib lib)
{
#ifdef HAVE_KMOD
	return lib == KMT_LAZY_KMOD && !kmt_lazy_kmod_asks_kernel_to_decompress();
#else
	return false;
#endif
}

/* The name of the library's file, for its version: "libzstd.so.1.5.4". TABLE has its functions. */
static char *file_of(const void *table)
{
	void *const *functions = table;
	kmt_autofree char *path = NULL;
	Dl_info info;

	if (dladdr(functions[0], &info) && info.dli_fname)
		path = realpath(info.dli_fname, NULL);
	return path ? kmt_strdup(strrchr(path, '/') + 1) : NULL;
}

static struct json_object *feature_json(enum kmt_lazy_lib lib)
{
	struct json_object *feature = json_object_new_object();
	bool built = kmt_lazy_built(lib);
	const void *table = built ? kmt_lazy_get(lib, NULL) : NULL;
	kmt_autofree char *file = table ? file_of(table) : NULL;

	json_object_object_add(feature, "built", json_object_new_boolean(built));
	json_object_object_add(feature, "found", json_object_new_boolean(table != NULL));
	if (file)
		json_object_object_add(feature, "file", json_object_new_string(file));
	if (table && lib == KMT_LAZY_KMOD)
		json_object_object_add(feature, "in_kernel_decompression",
			json_object_new_boolean(!lacks_decompression(lib)));
	return feature;
}

static void print_json(struct kmt_env *env)
{
	struct json_object *doc = kmt_json_document(), *features = json_object_new_object();

	json_object_object_add(doc, "version", json_object_new_string(PACKAGE_VERSION));
	for (int i = 0; i < KMT_LAZY_COUNT; i++)
		json_object_object_add(features, kmt_lazy_name((enum kmt_lazy_lib)i),
			feature_json((enum kmt_lazy_lib)i));
	json_object_object_add(doc, "features", features);
	kmt_cmd_print_document(env, doc);
}

static void print_found(enum kmt_lazy_lib lib, const void *table)
{
	kmt_autofree char *file = file_of(table);

	printf("yes, %s", file ? file : "file unknown");
	if (lacks_decompression(lib))
		fputs(", without in-kernel decompression", stdout);
	putchar('\n');
}

static void print_feature(enum kmt_lazy_lib lib)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const void *table = kmt_lazy_built(lib) ? kmt_lazy_get(lib, &err) : NULL;

	printf("%-10s ", kmt_lazy_name(lib));
	if (table)
		print_found(lib, table);
	else if (err.msg)
		printf("missing: %s\n", err.msg);
	else
		fputs("not in this build\n", stdout);
}

static int run_version(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	if (env->g.json) {
		print_json(env);
		return 0;
	}
	kmt_version_print(stdout);
	for (int i = 0; i < KMT_LAZY_COUNT; i++)
		print_feature((enum kmt_lazy_lib)i);
	return 0;
}

const struct kmt_cmd kmt_cmd_version = {
	.name = "version",
	.group = KMT_CMD_OTHER,
	.summary = "Print the version and the optional libraries that are built in and found",
	.takes = KMT_TAKES_JSON,
	.in_main_page = true,
	.run = run_version,
};
