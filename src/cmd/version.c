/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool version`: the version, and which optional libraries this build knows and finds. */
#include <kmt/cmd/help.h>

#include <json.h>

#include <kmt/cmd/print.h>
#include <kmt/out/json.h>
#include <kmt/sys/lazy.h>

#include "cmds_priv.h"

void kmt_version_print(FILE *out)
{
	fputs(PACKAGE_STRING "\n", out);
}

static void print_json(struct kmt_env *env)
{
	struct json_object *doc = kmt_json_document(), *features = json_object_new_object();

	json_object_object_add(doc, "version", json_object_new_string(PACKAGE_VERSION));
	for (int i = 0; i < KMT_LAZY_COUNT; i++) {
		struct json_object *feature = json_object_new_object();
		bool built = kmt_lazy_built((enum kmt_lazy_lib)i);

		json_object_object_add(feature, "built", json_object_new_boolean(built));
		json_object_object_add(feature, "found",
			json_object_new_boolean(built && kmt_lazy_get((enum kmt_lazy_lib)i, NULL)));
		json_object_object_add(features, kmt_lazy_name((enum kmt_lazy_lib)i), feature);
	}
	json_object_object_add(doc, "features", features);
	kmt_cmd_print_document(env, doc);
}

static void print_feature(enum kmt_lazy_lib lib)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	printf("%-10s ", kmt_lazy_name(lib));
	if (!kmt_lazy_built(lib))
		fputs("not in this build\n", stdout);
	else if (kmt_lazy_get(lib, &err))
		fputs("yes\n", stdout);
	else
		printf("missing: %s\n", err.msg);
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
